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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PagesOnDemandTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private final PagesOnDemand pages;

  PagesOnDemandTest() throws IOException {
    pages = PagesOnDemand.start(HERE, 0, List.of(), new Visitors());
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
    assertThatThrownBy(() -> PagesOnDemand.start(HERE, port, List.of(), new Visitors()).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("in use");
  }

  @Test
  void whatWaitsForAVisitorHearsThatItWent() throws Exception {
    Visitors visitors = new Visitors();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    Extra waiting =
        new Extra(
            "/wait",
            () ->
                (request, response) -> {
                  try (var _ = visitors.onGone(request.remotePeer().port(), gone::countDown)) {
                    begun.countDown();
                    gone.await();
                  }
                  response.send("you went");
                });
    try (PagesOnDemand others = PagesOnDemand.start(HERE, 0, List.of(waiting), visitors)) {
      int port = others.lab().getPort();
      try (Socket visitor = new Socket(HERE, port)) {
        String text = "GET /wait HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
        visitor.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        begun.await();
      }
      gone.await();
    }
  }

  @Test
  void nobodyHearsOfAVisitorBeforeItCameOrAfterItsAnswer() {
    Visitors visitors = new Visitors();
    AtomicInteger told = new AtomicInteger();
    Visitors.Visitor visitor = visitors.come(7);
    visitors.onGone(8, told::incrementAndGet).close();
    visitors.onGone(7, told::incrementAndGet).close();
    visitor.gone();
    assertThat(told).hasValue(0);
    visitors.onGone(7, told::incrementAndGet).close();
    assertThat(told).as("it has gone").hasValue(1);
    visitors.leave(7, visitor);
    visitors.onGone(7, told::incrementAndGet).close();
    assertThat(told).hasValue(1);
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
