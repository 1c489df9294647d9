package org.volvox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagesOnDemandTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private final PagesOnDemand pages;

  PagesOnDemandTest() throws IOException {
    pages = PagesOnDemand.start(HERE, 0, List.of());
  }

  @AfterEach
  void close() throws IOException {
    pages.close();
  }

  @Test
  void nothingIsStartedBeforeSomebodyLooks() throws IOException, InterruptedException {
    assertThat(pages.isServing()).isFalse();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(get(client, "lab.css").statusCode()).isEqualTo(200);
      assertThat(pages.isServing()).isTrue();
      assertThat(get(client, "lab.css").body()).contains(":root");
    }
  }

  @Test
  void manyAtOnceAreServed() {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      CompletableFuture<?>[] all =
          IntStream.range(0, 20)
              .mapToObj(k ->
                  client
                      .sendAsync(ask("lab.css"), HttpResponse.BodyHandlers.ofString())
                      .thenAccept(answer -> assertThat(answer.body()).contains(":root")))
              .toArray(CompletableFuture<?>[]::new);
      assertThat(CompletableFuture.allOf(all)).succeedsWithin(java.time.Duration.ofSeconds(30));
    }
  }

  @Test
  void aVisitorWhoLeavesHarmsNobody() throws IOException, InterruptedException {
    for (int k = 0; k < 100; k++) {
      new Socket(HERE, pages.lab().getPort()).close();
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(get(client, "index.html").body()).contains("<volvox-lab>");
    }
  }

  @Test
  void aTakenPortIsSaidWithAddressAndReason() {
    int port = pages.lab().getPort();
    assertThatThrownBy(() -> PagesOnDemand.start(HERE, port, List.of()).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("in use");
  }

  private HttpRequest ask(String file) {
    URI address = pages.lab().resolve(file);
    return HttpRequest.newBuilder(address).timeout(java.time.Duration.ofSeconds(20)).build();
  }

  private HttpResponse<String> get(HttpClient client, String file)
      throws IOException, InterruptedException {
    return client.send(ask(file), HttpResponse.BodyHandlers.ofString());
  }
}
