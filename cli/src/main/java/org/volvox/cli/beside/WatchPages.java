package org.volvox.cli.beside;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.volvox.console.Extra;
import org.volvox.node.Beside;

/**
 * For whoever watches over nodes by HTTP: {@code /health}, whether the node lives; {@code /ready},
 * whether it can serve all that is asked of it; {@code /metrics}, what it measures. They tell
 * numbers and names of nodes, nothing of what is stored, and want no token.
 */
final class WatchPages {
  private static final String TEXT = "text/plain; charset=utf-8";

  private WatchPages() {}

  static List<Extra> of(Beside.Here here) {
    return List.of(
        new Extra("/health", () -> (request, response) -> health(here, request, response)),
        new Extra("/ready", () -> (request, response) -> ready(here, request, response)),
        new Extra(
            "/metrics",
            () -> {
              MetricsText metrics = new MetricsText(here.measures()::read);
              return (request, response) -> {
                if (isRead(request, response)) {
                  response.header(HeaderNames.CONTENT_TYPE, metrics.contentType());
                  response.send(metrics.text());
                }
              };
            }));
  }

  private static void health(Beside.Here here, ServerRequest request, ServerResponse response) {
    if (isRead(request, response)) {
      send(response, here.node() + " is up");
    }
  }

  private static void ready(Beside.Here here, ServerRequest request, ServerResponse response) {
    if (isRead(request, response)) {
      Optional<String> why = here.measures().unready();
      if (why.isPresent()) {
        response.status(Status.SERVICE_UNAVAILABLE_503);
      }
      send(response, why.orElse(here.node() + " serves"));
    }
  }

  /** Whether it only asks; else it is refused. */
  private static boolean isRead(ServerRequest request, ServerResponse response) {
    String method = request.prologue().method().text();
    if (method.equals("GET") || method.equals("HEAD")) {
      return true;
    }
    response.status(Status.METHOD_NOT_ALLOWED_405).header(HeaderNames.ALLOW, "GET, HEAD");
    send(response, "Only GET and HEAD.");
    return false;
  }

  private static void send(ServerResponse response, String text) {
    response.header(HeaderNames.CONTENT_TYPE, TEXT);
    response.send((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
