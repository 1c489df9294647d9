package org.volvox.client.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls over connections that break and stall, and hosts that go. */
@Timeout(90)
class ServiceFaultsTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path folder;
  private Programs programs;

  /** Something that must not happen twice, and something that may. */
  interface Till {
    int pay(int amount) throws InterruptedException;

    @Idempotent
    String where();
  }

  /** Counts what was paid, and lets the payment wait. */
  static final class Box implements Till {
    final AtomicInteger paid = new AtomicInteger();
    final CountDownLatch isPaying = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(0);
    private final String name;

    Box(String name) {
      this.name = name;
    }

    @Override
    public int pay(int amount) throws InterruptedException {
      paid.incrementAndGet();
      isPaying.countDown();
      gate.await();
      return amount;
    }

    @Override
    public String where() {
      return name;
    }
  }

  @BeforeEach
  void start() throws IOException {
    programs = new Programs(folder);
  }

  @AfterEach
  void close() {
    programs.close();
  }

  /** Callers are sent through a tunnel to what is bound from now on. */
  private CompletableFuture<Tunnel> tunnel() {
    CompletableFuture<Tunnel> made = new CompletableFuture<>();
    programs.directory.show(endpoints -> {
      int port = Integer.parseInt(endpoints.getLast().replaceFirst(".*:", ""));
      try {
        made.complete(new Tunnel(new InetSocketAddress(HERE, port)));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return List.of("tls:127.0.0.1:" + made.join().port());
    });
    return made;
  }

  @Test
  void aConnectionThatBreaksDoublesNothingAndLosesNoAnswer() throws Exception {
    CompletableFuture<Tunnel> made = tunnel();
    Box box = new Box("a");
    box.gate = new CountDownLatch(1);
    programs.program(false).bind("Till", Till.class, box);
    Till till = programs.program(false).lookup("Till", Till.class);
    try (Tunnel tunnel = made.join()) {
      CompletableFuture<Integer> paying =
          CompletableFuture.supplyAsync(() -> {
            try {
              return till.pay(100);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThat(box.isPaying.await(20, TimeUnit.SECONDS)).isTrue();
      tunnel.cut();
      box.gate.countDown();
      assertThat(paying.get(20, TimeUnit.SECONDS)).isEqualTo(100);
      assertThat(box.paid).hasValue(1);
    }
  }

  @Test
  void aHostThatFallsSilentIsNoticedWithinTheKeepAlive() throws Exception {
    CompletableFuture<Tunnel> made = tunnel();
    programs.program(false).bind("Till", Till.class, new Box("silent"));
    Tunnel tunnel = made.join();
    Till till = programs.program(false).lookup("Till", Till.class);
    assertThat(till.where()).isEqualTo("silent");
    programs.directory.show(endpoints -> endpoints);
    programs.program(false).bind("Till", Till.class, new Box("other"));
    tunnel.stall();
    long begin = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      assertThat(till.where()).isEqualTo("other");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    tunnel.close();
  }

  @Test
  void whatMayHaveRunIsNotRunElsewhere() throws Exception {
    CompletableFuture<Tunnel> made = tunnel();
    Box box = new Box("gone");
    box.gate = new CountDownLatch(1);
    Services host = programs.program(false);
    Binding binding = host.bind("Till", Till.class, box);
    Till till = programs.program(false).lookup("Till", Till.class);
    CompletableFuture<Integer> paying =
        CompletableFuture.supplyAsync(() -> {
          try {
            return till.pay(100);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(box.isPaying.await(20, TimeUnit.SECONDS)).isTrue();
    programs.directory.show(endpoints -> endpoints);
    Box other = new Box("other");
    programs.program(false).bind("Till", Till.class, other);
    programs.directory.unbind(binding.instance());
    made.join().close();
    assertThatThrownBy(() -> paying.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.mayHaveRun()).isTrue());
    assertThat(other.paid).hasValue(0);
    box.gate.countDown();
  }

  @Test
  void callsAreSpreadAndGoOnWhenAnInstanceGoes() throws Exception {
    programs.program(true).bind("Till", Till.class, new Box("a"));
    Services leaving = programs.program(true);
    leaving.bind("Till", Till.class, new Box("b"));
    Till till = programs.program(true).lookup("Till", Till.class);
    TreeSet<String> seen = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      seen.add(till.where());
    }
    assertThat(seen).containsExactly("a", "b");
    leaving.close();
    for (int i = 0; i < 20; i++) {
      assertThat(till.where()).isEqualTo("a");
      assertThat(till.pay(1)).isEqualTo(1);
    }
  }
}
