package org.volvox.gateways.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.JsonReply;
import org.volvox.gateways.ServiceCalls;
import org.volvox.gateways.Trouble;

/**
 * Services over HTTP: {@code POST /rpc/NAME/METHOD} with an array of arguments calls, {@code GET
 * /rpc/} lists, {@code GET /rpc/NAME} describes. Whoever has no token, or is a page from elsewhere,
 * calls nothing. That the Host is this server's is checked before.
 */
public final class HttpGateway implements Handler {
  static final String JSON = "application/json";
  static final String LINES = "application/x-ndjson";
  static final String PROBLEM = "application/problem+json";

  /** Of a body, or of one line of a stream; what is bigger is a file's or a stream's. */
  static final int BODY_BYTES_MAX = 4 << 20;

  /** Less than the connections that are let in, so that the pages answer meanwhile. */
  static final int CALLS_MAX = 48;

  /** The token is one for all and says nothing of who sends it. */
  private static final String NOBODY = "";

  private static final String BEARER = "bearer ";
  private static final HeaderName TIMEOUT = HeaderNames.create(Deadline.HEADER);

  private final ServiceCalls calls;
  private final Descriptions descriptions;
  private final TokenCheck token;
  private final Presence presence;
  private final Semaphore room = new Semaphore(CALLS_MAX);

  public HttpGateway(ServiceCalls calls, TokenCheck token, Presence presence) {
    this.calls = calls;
    this.presence = presence;
    this.descriptions = new Descriptions(calls);
    this.token = token;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    Body body = new Body(request, response);
    try {
      checkOrigin(request);
      checkToken(request, response);
      String path = request.path().rawPath();
      switch (request.prologue().method().text()) {
        case "GET" -> send(response, 200, JSON, descriptions.of(RpcPath.name(path)));
        case "POST" -> call(RpcPath.target(path), request, body, response);
        default -> {
          response.header(HeaderNames.ALLOW, "GET, POST");
          throw RefusedException.of(
              405, "no-verb", "Only GET and POST", "POST calls a method, GET describes.");
        }
      }
    } catch (RefusedException e) {
      body.drain();
      send(response, e.problem().status(), PROBLEM, e.problem().json());
    }
  }

  /** A browser says which page asks; only this server's own may. */
  private static void checkOrigin(ServerRequest request) throws RefusedException {
    String own = "http://" + request.authority();
    for (String origin : request.headers().values(HeaderNames.ORIGIN)) {
      if (!origin.equalsIgnoreCase(own)) {
        throw RefusedException.of(
            403, "origin", "Pages of other origins are refused", "Origin: " + origin);
      }
    }
  }

  private void checkToken(ServerRequest request, ServerResponse response) throws RefusedException {
    List<String> given = request.headers().values(HeaderNames.AUTHORIZATION);
    boolean isBearer =
        given.size() == 1 && given.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length());
    if (!isBearer || !token.isRight(given.getFirst().substring(BEARER.length()).strip())) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"volvox\"");
      throw RefusedException.of(
          401,
          "token",
          "The token is missing or wrong",
          "Send \"Authorization: Bearer TOKEN\"; volvox token show prints it.");
    }
  }

  private void call(
      RpcPath.Target target, ServerRequest request, Body body, ServerResponse response)
      throws RefusedException, IOException {
    boolean isLines = isLines(request);
    CallOptions options = CallOptions.DEFAULT.within(Deadline.of(request.headers().first(TIMEOUT)));
    checkLength(request, isLines);
    if (!room.tryAcquire()) {
      response.header(HeaderNames.RETRY_AFTER, "1");
      throw RefusedException.of(
          429,
          "too-many-calls",
          "This node has too many calls from HTTP",
          CALLS_MAX + " at a time; ask again, or another node");
    }
    try {
      JsonCall call = isLines ? callOfLines(target, body.endless()) : callOf(target, body.stream());
      answerWhileAsked(call, options, request, response);
    } finally {
      room.release();
    }
  }

  /** A client that goes away interrupts this thread, which ends the call wherever it runs. */
  private void answerWhileAsked(
      JsonCall call, CallOptions options, ServerRequest request, ServerResponse response)
      throws RefusedException, IOException {
    Thread serving = Thread.currentThread();
    AtomicBoolean isGone = new AtomicBoolean();
    Runnable end =
        () -> {
          isGone.set(true);
          serving.interrupt();
        };
    try (var _ = presence.onGone(request.remotePeer().port(), end)) {
      answer(call(call, options), response);
    } catch (RefusedException | RuntimeException e) {
      if (isGone.get()) {
        throw new CloseConnectionException("whoever asked went away", e);
      }
      throw e;
    } finally {
      if (isGone.get()) {
        Thread.interrupted(); // It was for this call; the thread serves others.
      }
    }
  }

  /** Of the two types of a body; others are refused, so no form of a page from elsewhere comes. */
  private static boolean isLines(ServerRequest request) throws RefusedException {
    List<String> types = request.headers().values(HeaderNames.CONTENT_TYPE);
    String given = types.size() == 1 ? types.getFirst() : "";
    String type = given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!type.equals(JSON) && !type.equals(LINES)) {
      throw RefusedException.of(
          415,
          "content-type",
          "The body is to be JSON",
          "Send \"Content-Type: "
              + JSON
              + "\", or "
              + LINES
              + " for a method that takes a stream.");
    }
    return type.equals(LINES);
  }

  private static void checkLength(ServerRequest request, boolean isLines) throws RefusedException {
    if (!isLines && request.headers().contentLength().orElse(0) > BODY_BYTES_MAX) {
      throw tooBig();
    }
  }

  private static RefusedException tooBig() {
    return RefusedException.of(
        413,
        "too-big",
        "The arguments are too big",
        "At most " + BODY_BYTES_MAX + " bytes; a stream of " + LINES + " may be longer.");
  }

  private static JsonCall callOf(RpcPath.Target target, InputStream body)
      throws RefusedException, IOException {
    byte[] bytes = body.readNBytes(BODY_BYTES_MAX + 1);
    if (bytes.length > BODY_BYTES_MAX) {
      throw tooBig();
    }
    String array;
    try {
      array = Lines.text(bytes);
    } catch (IllegalArgumentException e) {
      throw RefusedException.arguments(String.valueOf(e.getMessage()));
    }
    return new JsonCall(target.service(), target.method(), arguments(array));
  }

  private static JsonCall callOfLines(RpcPath.Target target, InputStream body)
      throws RefusedException {
    Lines lines = new Lines(body, BODY_BYTES_MAX);
    try {
      JsonCall.Arguments arguments = arguments(lines.hasNext() ? lines.next() : "");
      return new JsonCall(target.service(), target.method(), arguments, Optional.of(lines), false);
    } catch (IllegalArgumentException e) {
      throw RefusedException.arguments(String.valueOf(e.getMessage()));
    }
  }

  private static JsonCall.Arguments arguments(String json) throws RefusedException {
    if (!json.stripLeading().startsWith("[")) {
      throw RefusedException.arguments(
          "The body is to be the array of the arguments, such as [5, 10], or [].");
    }
    return new JsonCall.Arguments.Array(json);
  }

  private JsonReply call(JsonCall call, CallOptions options) throws RefusedException {
    try {
      return calls.call(NOBODY, call, options);
    } catch (IOException | RuntimeException e) {
      throw new RefusedException(Problem.of(Trouble.of(e, call, calls)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Problem.of(Trouble.of(e)));
    }
  }

  private static void answer(JsonReply reply, ServerResponse response) throws IOException {
    if (reply.items().isEmpty()) {
      send(response, 200, JSON, reply.value());
      return;
    }
    Iterator<String> items = reply.items().get();
    response.header(HeaderNames.CONTENT_TYPE, LINES);
    OutputStream out = response.outputStream();
    try {
      while (hasNext(items, out)) {
        write(out, items.next());
      }
      out.close();
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("whoever reads the stream went away", e);
    } finally {
      close(items);
    }
  }

  /**
   * A stream that fails ends with its problem, and without HTTP's own end: nobody takes it for
   * whole.
   */
  private static boolean hasNext(Iterator<String> items, OutputStream out) throws IOException {
    try {
      return items.hasNext();
    } catch (RuntimeException failed) {
      write(out, "{\"problem\":" + Problem.of(Trouble.of(failed)).json() + "}");
      throw new CloseConnectionException("the stream failed", failed);
    }
  }

  private static void write(OutputStream out, String item) throws IOException {
    out.write((item + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void close(Iterator<String> items) throws IOException {
    if (items instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  private static void send(ServerResponse response, int status, String type, String text) {
    response.status(Status.create(status)).header(HeaderNames.CONTENT_TYPE, type);
    response.send(text.getBytes(StandardCharsets.UTF_8));
  }
}
