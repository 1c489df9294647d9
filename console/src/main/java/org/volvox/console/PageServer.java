package org.volvox.console;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Serves the pages to browsers of this machine. It listens on loopback only, and answers only who
 * asks for it by a name of loopback, so that a page from elsewhere whose name was made to resolve
 * to it (DNS rebinding) reads nothing.
 */
public final class PageServer implements AutoCloseable {
  /** The port on each node's own address. */
  public static final int NODE_PORT = 7680;

  static final Map<String, String> HEADERS = new TreeMap<>();

  /** A JDK logger without a strong reference forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  static {
    HEADERS.put(
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'");
    HEADERS.put("X-Content-Type-Options", "nosniff");
    HEADERS.put("Referrer-Policy", "no-referrer");
    HEADERS.put("Cross-Origin-Opener-Policy", "same-origin");
    HEADERS.put("Cross-Origin-Resource-Policy", "same-origin");
    // The next version's pages come from the same address: always ask.
    HEADERS.put("Cache-Control", "no-cache");
  }

  private final WebServer server;
  private final InetAddress address;
  private final Set<String> names;
  private final List<Extra> extras;

  private PageServer(InetAddress address, int port, List<Extra> extras) throws IOException {
    this.extras = List.copyOf(extras);
    this.address = address;
    this.names = Set.of("localhost", address.getHostAddress());
    HELIDON.setLevel(Level.OFF);
    requireFree(address, port);
    server =
        WebServer.builder()
            .address(address)
            .port(port)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .routing(this::route)
            .build()
            .start();
    if (!server.isRunning()) {
      throw new IOException(address.getHostAddress() + ":" + port + ": was taken just now");
    }
  }

  /**
   * Helidon logs why it cannot listen, with a stack trace, and goes on; whoever asked wants the
   * reason.
   */
  private static void requireFree(InetAddress address, int port) throws IOException {
    try (ServerSocket probe = new ServerSocket(port, 1, address)) {
      probe.setReuseAddress(true);
    } catch (BindException e) {
      throw new IOException(address.getHostAddress() + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /**
   * Serves from now on.
   *
   * @param port 0 for any that is free
   * @throws IOException if it cannot listen there; the message names the address and the reason
   */
  public static PageServer start(InetAddress address, int port) throws IOException {
    return start(address, port, List.of());
  }

  /** The same, with what others serve beside the pages. */
  public static PageServer start(InetAddress address, int port, List<Extra> extras)
      throws IOException {
    requireLoopback(address);
    return new PageServer(address, port, extras);
  }

  static void requireLoopback(InetAddress address) {
    if (!address.isLoopbackAddress()) {
      throw new IllegalArgumentException(address + " is not of loopback");
    }
  }

  /** Where the lab is. */
  public URI lab() {
    return lab(address, server.port());
  }

  static URI lab(InetAddress address, int port) {
    return URI.create("http://" + address.getHostAddress() + ":" + port + "/lab/");
  }

  @Override
  public void close() {
    server.stop();
  }

  private void route(HttpRouting.Builder routing) {
    routing.any(this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) throws Exception {
    HEADERS.forEach((name, value) -> response.header(HeaderNames.create(name), value));
    String path = request.path().rawPath();
    String method = request.prologue().method().text();
    if (!isForUs(request.authority())) {
      refuse(
          response,
          Status.MISDIRECTED_REQUEST_421,
          "Ask by the address on which this server listens.");
      return;
    }
    for (Extra each : extras) {
      if (each.isFor(path)) {
        each.handler().handle(request, response);
        return;
      }
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      response.header(HeaderNames.ALLOW, "GET, HEAD");
      refuse(response, Status.METHOD_NOT_ALLOWED_405, "Only GET and HEAD.");
    } else if (path.equals("/") || path.equals("/lab")) {
      response.header(HeaderNames.LOCATION, "/lab/").status(Status.FOUND_302).send();
    } else {
      send(response, path, method.equals("HEAD"));
    }
  }

  private boolean isForUs(String authority) {
    int colon = authority.lastIndexOf(':');
    String name = colon < 0 ? authority : authority.substring(0, colon);
    return names.contains(name.toLowerCase(Locale.ROOT));
  }

  private void send(ServerResponse response, String path, boolean isHead) throws IOException {
    Optional<Page> page = Page.of(path);
    if (page.isEmpty()) {
      refuse(response, Status.NOT_FOUND_404, "Nothing here. The lab is at /lab/");
      return;
    }
    byte[] content = page.get().content().getBytes(StandardCharsets.UTF_8);
    response.header(HeaderNames.CONTENT_TYPE, page.get().type());
    if (isHead) {
      response.contentLength(content.length);
      response.send();
    } else {
      response.send(content);
    }
  }

  private static void refuse(ServerResponse response, Status status, String text) {
    response.status(status).header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.send(text + "\n");
  }
}
