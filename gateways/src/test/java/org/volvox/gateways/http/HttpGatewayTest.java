package org.volvox.gateways.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.client.service.JsonReply;
import org.volvox.client.service.ServiceException;
import org.volvox.gateways.FakeCalls;

@Timeout(60)
class HttpGatewayTest {
  private static final String TOKEN = "kT7-abc";
  private static final String JSON = "Content-Type: application/json";
  private static final String LINES = "Content-Type: application/x-ndjson";
  private static final String RIGHT = "Authorization: Bearer " + TOKEN;

  @TempDir Path temp;
  private final FakeCalls calls = new FakeCalls();
  private final Map<Integer, Runnable> goes = new ConcurrentHashMap<>();
  private Path digest;
  private WebServer server;

  @BeforeEach
  void start() throws Exception {
    digest = temp.resolve("token.sha256");
    byte[] sha =
        MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
    Files.writeString(digest, HexFormat.of().formatHex(sha) + "\n");
    HttpGateway gateway = new HttpGateway(calls, new TokenCheck(digest), this::watch);
    server =
        WebServer.builder()
            .address(InetAddress.ofLiteral("127.0.0.1"))
            .port(0)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .routing(routing -> routing.any(gateway))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  /** Remembers what is to be done when the client goes. */
  private Presence.Watch watch(int port, Runnable then) {
    goes.put(port, then);
    return () -> goes.remove(port);
  }

  private String post(String path, String body, String... headers) throws IOException {
    return ask("POST", path, body, headers);
  }

  private String ask(String method, String path, String body, String... headers)
      throws IOException {
    try (Socket socket =
        open(method, path, body.getBytes(StandardCharsets.UTF_8).length, headers)) {
      socket.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket open(String method, String path, long length, String... headers)
      throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
    socket.setSoTimeout(20_000);
    List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", host()));
    lines.addAll(List.of(headers));
    lines.addAll(List.of("Connection: close", "Content-Length: " + length, "", ""));
    socket.getOutputStream().write(String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private String host() {
    return "Host: 127.0.0.1:" + server.port();
  }

  private void requireProblem(String answer, int status, String type) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("Content-Type: application/problem+json\r\n")
        .contains("Cache-Control: no-store\r\n")
        .contains("\"type\":\"urn:volvox:problem:" + type + "\"")
        .contains("\"status\":" + status)
        .doesNotContain("Access-Control");
  }

  @Test
  void callsAndAnswersTheResultAlone() throws IOException {
    calls.answer(call -> FakeCalls.value("56"));
    String answer = post("/rpc/Arith/multiply", " [7, 8]", RIGHT, JSON + "; charset=utf-8");
    assertThat(answer)
        .startsWith("HTTP/1.1 200 ")
        .contains("Content-Type: application/json\r\n")
        .endsWith("\r\n\r\n56");
    assertThat(calls.made()).containsExactly("Arith.multiply [7, 8] within PT30S");
  }

  @Test
  void aNameMayHaveSlashesAndAnyLetters() throws IOException {
    requireProblem(post("/rpc/math/R%C3%A4t%20sel/l%2Bst", "[]", RIGHT, JSON), 404, "no-service");
    assertThat(calls.made()).containsExactly("math/Rät sel.l+st[] within PT30S");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: 1",
        "Authorization: Bearer kT7-abd",
        "Authorization: Bearer ",
        "Authorization: Basic kT7-abc",
        "Authorization: kT7-abc",
        RIGHT + "\r\n" + RIGHT
      })
  void withoutTheTokenNothingIsCalled(String header) throws IOException {
    String answer = post("/rpc/Arith/multiply", "[7,8]", header, JSON);
    requireProblem(answer, 401, "token");
    assertThat(answer).contains("WWW-Authenticate: Bearer").doesNotContain(TOKEN);
    requireProblem(ask("GET", "/rpc/", "", header), 401, "token");
    assertThat(calls.made()).isEmpty();
  }

  @Test
  void anotherTokenHoldsAtOnceAndWithoutOneNobodyComesIn() throws IOException {
    Files.writeString(digest, "00");
    requireProblem(post("/rpc/Arith/reset", "[]", RIGHT, JSON), 401, "token");
    Files.delete(digest);
    requireProblem(post("/rpc/Arith/reset", "[]", RIGHT, JSON), 401, "token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"})
  void pagesOfOtherOriginsAreRefused(String origin) throws IOException {
    String answer = post("/rpc/Arith/reset", "[]", RIGHT, JSON, "Origin: " + origin);
    requireProblem(answer, 403, "origin");
    assertThat(calls.made()).isEmpty();
  }

  @Test
  void pagesOfItsOwnAreServed() throws IOException {
    String own = "Origin: http://127.0.0.1:" + server.port();
    assertThat(post("/rpc/Arith/reset", "[]", RIGHT, JSON, own)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: 1",
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: text/plain; x=application/json",
        JSON + "\r\n" + JSON
      })
  void onlyJsonIsTaken(String header) throws IOException {
    requireProblem(post("/rpc/Arith/reset", "[]", RIGHT, header), 415, "content-type");
    assertThat(calls.made()).isEmpty();
  }

  @Test
  void onlyGetAndPost() throws IOException {
    String answer = ask("DELETE", "/rpc/Arith", "", RIGHT);
    requireProblem(answer, 405, "no-verb");
    assertThat(answer).contains("Allow: GET, POST\r\n");
    requireProblem(ask("OPTIONS", "/rpc/Arith/reset", "", RIGHT), 405, "no-verb");
  }

  @ParameterizedTest
  @CsvSource({
    "/rpc, 404, no-method",
    "/rpc/Arith, 404, no-method",
    "/rpc/Arith/, 404, no-method",
    "/rpc/Arith/cube, 404, no-method",
    "/rpc/Other/cube, 404, no-service",
    "/rpc/a/../b, 404, no-service",
    "/rpc/%ff/x, 400, bad-path"
  })
  void whatIsNotThereIsSaid(String path, int status, String type) throws IOException {
    String answer = post(path, "[]", RIGHT, JSON);
    assertThat(answer).startsWith("HTTP/1.1 4");
    if (!path.contains("..")) {
      requireProblem(answer, status, type);
      assertThat(answer).contains("\"mayHaveRun\":false");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, 503, unavailable",
    "DEADLINE, 504, deadline",
    "CANCELLED, 503, unavailable",
    "UNSUPPORTED, 400, bad-arguments",
    "NOT_ALLOWED, 403, not-allowed",
    "BUSY, 503, busy",
    "FAILED, 502, failed"
  })
  void eachFailureHasItsStatus(ServiceException.Kind kind, int status, String type)
      throws IOException {
    for (boolean mayHaveRun : new boolean[] {true, false}) {
      calls.answer(call -> {
        throw new ServiceException(kind, mayHaveRun, "multiply: parameter b: \"x\"");
      });
      String answer = post("/rpc/Arith/multiply", "[7,8]", RIGHT, JSON);
      requireProblem(answer, status, type);
      assertThat(answer)
          .contains("\"mayHaveRun\":" + mayHaveRun)
          .contains("\"detail\":\"multiply: parameter b: \\\"x\\\"\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "5", "x"})
  void theBodyIsAnArray(String body) throws IOException {
    requireProblem(post("/rpc/Arith/reset", body, RIGHT, JSON), 400, "bad-arguments");
  }

  @ParameterizedTest
  @CsvSource({"200ms, PT0.2S", "2s, PT2S", "10m, PT10M"})
  void theTimeoutIsTheCallers(String header, String span) throws IOException {
    post("/rpc/Arith/reset", "[]", RIGHT, JSON, "Volvox-Timeout: " + header);
    assertThat(calls.made()).containsExactly("Arith.reset[] within " + span);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "11m", "-1s", "2", "2h", "99999999999s"})
  void aTimeoutThatIsNoneIsRefused(String header) throws IOException {
    String answer = post("/rpc/Arith/reset", "[]", RIGHT, JSON, "Volvox-Timeout: " + header);
    requireProblem(answer, 400, "bad-timeout");
  }

  @Test
  void aBodyThatIsTooBigIsRefusedBeforeItIsRead() throws IOException {
    long length = HttpGateway.BODY_BYTES_MAX + 1L;
    try (Socket socket = open("POST", "/rpc/Arith/sum", length, RIGHT, JSON)) {
      byte[] piece = new byte[64 << 10];
      for (long left = length; left > 0; left -= piece.length) {
        socket.getOutputStream().write(piece, 0, (int) Math.min(left, piece.length));
      }
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      requireProblem(answer, 413, "too-big");
    }
  }

  @Test
  void aBodyWithoutALengthIsBoundedToo() throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      socket.setSoTimeout(20_000);
      String head =
          String.join(
              "\r\n",
              "POST /rpc/Arith/sum HTTP/1.1",
              host(),
              RIGHT,
              JSON,
              "Connection: close",
              "Transfer-Encoding: chunked",
              "",
              "");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] piece = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.UTF_8);
      for (int k = 0; k <= HttpGateway.BODY_BYTES_MAX >> 16; k++) {
        socket.getOutputStream().write(piece);
      }
      socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      requireProblem(new String(in.readAllBytes(), StandardCharsets.UTF_8), 413, "too-big");
    }
  }

  @Test
  void streamsComeAsLines() throws IOException {
    Iterator<String> items = List.of("1", "2", "3").iterator();
    calls.answer(call -> new JsonReply("null", Optional.of(items), Optional.empty()));
    String answer = post("/rpc/Arith/count", "[3]", RIGHT, JSON);
    assertThat(answer).contains("Content-Type: application/x-ndjson\r\n");
    assertThat(answer).containsSubsequence("\r\n1\n", "\r\n2\n", "\r\n3\n");
    assertThat(answer).endsWith("0\r\n\r\n");
  }

  @Test
  void aStreamThatFailsIsCutOffBehindItsProblem() throws IOException {
    Iterator<String> failing =
        new Iterator<>() {
          private int given;

          @Override
          public boolean hasNext() {
            if (given == 2) {
              throw new ServiceException(ServiceException.Kind.UNAVAILABLE, true, "it died");
            }
            return true;
          }

          @Override
          public String next() {
            return Integer.toString(++given);
          }
        };
    calls.answer(call -> new JsonReply("null", Optional.of(failing), Optional.empty()));
    String answer = post("/rpc/Arith/count", "[3]", RIGHT, JSON);
    assertThat(answer)
        .contains("2\n")
        .contains("{\"problem\":{\"type\":\"urn:volvox:problem:unavailable\"")
        .contains("it died");
    assertThat(answer).doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void argumentStreamsAreTheLinesBehindTheArguments() throws IOException {
    calls.answer(call -> {
      List<String> items = new ArrayList<>();
      call.items().orElseThrow().forEachRemaining(items::add);
      return FakeCalls.value(items.toString());
    });
    String answer = post("/rpc/Arith/sum", "[\"x\"]\n1\r\n\n 2 \n3", RIGHT, LINES);
    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("[1\r,  2 , 3]");
    assertThat(calls.made()).containsExactly("Arith.sum[\"x\"] within PT30S");
  }

  @Test
  void aLineIsBounded() throws IOException {
    String line = "[" + " ".repeat(HttpGateway.BODY_BYTES_MAX) + "]";
    requireProblem(post("/rpc/Arith/sum", line, RIGHT, LINES), 400, "bad-arguments");
  }

  @Test
  void callsAtATimeAreBounded() throws Exception {
    CountDownLatch begun = new CountDownLatch(HttpGateway.CALLS_MAX);
    CountDownLatch release = new CountDownLatch(1);
    calls.answer(call -> {
      begun.countDown();
      release.await();
      return FakeCalls.value("1");
    });
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int k = 0; k < HttpGateway.CALLS_MAX; k++) {
        answers.add(callers.submit(() -> post("/rpc/Arith/half", "[2]", RIGHT, JSON)));
      }
      begun.await();
      String answer = post("/rpc/Arith/half", "[2]", RIGHT, JSON);
      requireProblem(answer, 429, "too-many-calls");
      assertThat(answer).contains("Retry-After: 1\r\n").contains("\"mayHaveRun\":false");
      release.countDown();
      for (Future<String> each : answers) {
        assertThat(each.get()).startsWith("HTTP/1.1 200 ");
      }
    }
    assertThat(post("/rpc/Arith/half", "[2]", RIGHT, JSON)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whoGoesAwayEndsItsCallAndNothingElse() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    calls.answer(call -> {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        ended.countDown();
        throw e;
      }
      return FakeCalls.value("1");
    });
    try (Socket socket = open("POST", "/rpc/Arith/half", 3, RIGHT, JSON)) {
      socket.getOutputStream().write("[2]".getBytes(StandardCharsets.UTF_8));
      begun.await();
      Objects.requireNonNull(goes.get(socket.getLocalPort())).run();
      ended.await();
      assertThat(socket.getInputStream().readAllBytes()).as("no answer").isEmpty();
    }
    calls.answer(call -> FakeCalls.value("1"));
    assertThat(post("/rpc/Arith/half", "[2]", RIGHT, JSON)).startsWith("HTTP/1.1 200 ");
    assertThat(goes).as("nobody waits for those who were answered").isEmpty();
  }

  @Test
  void aStreamWhoseReaderGoesAwayIsClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    calls.answer(
        call -> new JsonReply("null", Optional.of(new Quiet(begun, closed)), Optional.empty()));
    try (Socket socket = open("POST", "/rpc/Arith/count", 3, RIGHT, JSON)) {
      socket.getOutputStream().write("[2]".getBytes(StandardCharsets.UTF_8));
      begun.await();
      Objects.requireNonNull(goes.get(socket.getLocalPort())).run();
      closed.await();
    }
  }

  /** A stream on which nothing comes. */
  private record Quiet(CountDownLatch begun, CountDownLatch closed)
      implements Iterator<String>, AutoCloseable {
    @Override
    public boolean hasNext() {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new ServiceException(ServiceException.Kind.CANCELLED, true, "interrupted");
      }
      return false;
    }

    @Override
    public String next() {
      throw new NoSuchElementException();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void aMethodMayBeNamedWithItsSelector() throws IOException {
    String half = FakeCalls.ARITH.named("half").getFirst().selectedName();
    post("/rpc/Arith/" + half, "[4]", RIGHT, JSON);
    assertThat(calls.made()).containsExactly("Arith." + half + "[4] within PT30S");
    requireProblem(post("/rpc/Arith/half.0", "[4]", RIGHT, JSON), 404, "no-method");
  }

  @Test
  void theTokenSaysNothingOfWhoAsks() throws IOException {
    post("/rpc/Arith/reset", "[]", RIGHT, JSON);
    assertThat(calls.askers()).containsExactly("");
  }

  @Test
  void listsAndDescribes() throws IOException {
    assertThat(ask("GET", "/rpc/", "", RIGHT))
        .startsWith("HTTP/1.1 200 ")
        .contains(
            "\"name\":\"Arith\",\"type\":\"org.example.Arith\",\"instances\":1,\"healthy\":1");
    assertThat(ask("GET", "/rpc", "", RIGHT)).contains("\"name\":\"Arith\"");
    assertThat(ask("GET", "/rpc/math/", "", RIGHT)).endsWith("[]");
    assertThat(ask("GET", "/rpc/Arith", "", RIGHT)).contains("\"openapi\":\"3.1.0\"");
    requireProblem(ask("GET", "/rpc/Other", "", RIGHT), 404, "no-service");
  }
}
