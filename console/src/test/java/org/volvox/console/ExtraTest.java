package org.volvox.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others serve beside the pages. */
class ExtraTest {
  private final AtomicInteger made = new AtomicInteger();
  private PageServer server;

  @BeforeEach
  void start() throws IOException {
    Extra extra =
        new Extra(
            "/rpc",
            () -> {
              made.incrementAndGet();
              return (request, response) -> response.send("extra " + request.path().rawPath());
            });
    server = PageServer.start(InetAddress.ofLiteral("127.0.0.1"), 0, List.of(extra));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String post(String path, String host) throws IOException {
    try (Socket socket = new Socket(server.lab().getHost(), server.lab().getPort())) {
      String request =
          "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      socket.setSoTimeout(20_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void itsPathsAreItsOwnAndTheOthersArePages() throws IOException {
    assertThat(post("/lab/", "127.0.0.1")).startsWith("HTTP/1.1 405");
    assertThat(post("/rpcs", "127.0.0.1")).startsWith("HTTP/1.1 405");
    assertThat(made.get()).as("made before it is asked for").isZero();
    assertThat(post("/rpc/a/b", "127.0.0.1"))
        .endsWith("extra /rpc/a/b")
        .contains("X-Content-Type-Options: nosniff\r\n");
    assertThat(post("/rpc", "localhost:1")).endsWith("extra /rpc");
    assertThat(made.get()).isOne();
  }

  @Test
  void whoAsksByAnotherNameDoesNotReachIt() throws IOException {
    assertThat(post("/rpc/a", "rebound.example")).startsWith("HTTP/1.1 421");
    assertThat(made.get()).isZero();
  }
}
