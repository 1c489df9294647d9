package org.volvox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageServerTest {
  private PageServer server;

  @BeforeEach
  void start() throws IOException {
    server = PageServer.start(InetAddress.ofLiteral("127.0.0.1"), 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/lab/, text/html; charset=utf-8",
    "/lab/index.html, text/html; charset=utf-8",
    "/lab/lit/lit-element.js, text/javascript; charset=utf-8",
    "/lab/lab.css, text/css; charset=utf-8",
    "/lab/mark.svg, image/svg+xml"
  })
  void servesEachFileWithItsType(String path, String type) throws IOException {
    String answer = ask("GET", path, "127.0.0.1");
    assertThat(answer).startsWith("HTTP/1.1 200").contains("Content-Type: " + type + "\r\n");
  }

  @Test
  void everyAnswerCarriesTheStrictPolicy() throws IOException {
    for (String path : new String[] {"/lab/", "/nothing", "/lab"}) {
      String answer = ask("GET", path, "localhost");
      PageServer.HEADERS.forEach(
          (name, value) -> assertThat(answer).contains(name + ": " + value + "\r\n"));
    }
    assertThat(PageServer.HEADERS.get("Content-Security-Policy")).doesNotContain("unsafe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/lab"})
  void leadsToTheLab(String path) throws IOException {
    assertThat(ask("GET", path, "127.0.0.1"))
        .startsWith("HTTP/1.1 302")
        .contains("Location: /lab/\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/lab/none.js",
        "/../org/volvox/console/PageServer.class",
        "/lab/../../org/volvox/console/PageServer.class",
        "/lab/%2e%2e/%2e%2e/META-INF/MANIFEST.MF",
        "/lab//index.html",
        "/lab/.hidden.js",
        "/lab/lit",
        "/org/volvox/console/PageServer.class"
      })
  void givesNothingElse(String path) throws IOException {
    assertThat(ask("GET", path, "127.0.0.1")).matches("(?s)HTTP/1.1 40[04] .*");
  }

  @Test
  void refusesWhoAsksByAnotherName() throws IOException {
    assertThat(ask("GET", "/lab/", "rebound.example")).startsWith("HTTP/1.1 421");
    assertThat(ask("GET", "/lab/", "127.0.0.1.rebound.example")).startsWith("HTTP/1.1 421");
  }

  @Test
  void onlyReads() throws IOException {
    assertThat(ask("POST", "/lab/", "127.0.0.1"))
        .startsWith("HTTP/1.1 405")
        .contains("Allow: GET, HEAD\r\n");
    String head = ask("HEAD", "/lab/", "127.0.0.1");
    assertThat(head).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
  }

  @Test
  void aTakenPortIsSaidWithAddressAndReason() {
    int port = server.lab().getPort();
    assertThatThrownBy(() -> PageServer.start(InetAddress.ofLiteral("127.0.0.1"), port).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("in use");
  }

  @Test
  void listensOnLoopbackOnly() {
    InetAddress elsewhere = InetAddress.ofLiteral("192.0.2.1");
    assertThatThrownBy(() -> PageServer.start(elsewhere, 0).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("192.0.2.1");
  }

  /** By hand: an HTTP client of the JDK's would mend the path and set the Host itself. */
  private String ask(String method, String path, String host) throws IOException {
    int port = server.lab().getPort();
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      String request =
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: "
              + host
              + ":"
              + port
              + "\r\n"
              + "Connection: close\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      socket.setSoTimeout(10_000);
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
