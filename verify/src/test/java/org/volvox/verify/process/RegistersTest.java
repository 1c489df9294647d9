package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Register;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;

/** Registers of three real nodes: without a leader, with a node dead, while the voters change. */
@Timeout(300)
class RegistersTest {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final int CALLS = 100;
  private static final int INCREMENTS_MIN = 20;

  @TempDir Path temp;
  private LocalCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new LocalCluster(temp.resolve("c"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Volvox through(int node, Duration within) throws VolvoxException {
    return Volvox.connect(
        ClusterAddress.ofFolder(cluster.folder()),
        ClientOptions.DEFAULT.within(within).through(new NodeId(node)));
  }

  @Test
  void everyOperationSucceedsAndEveryWriteOfTheLogIsRefusedWhileNobodyLeads() throws Exception {
    try (Volvox one = through(1, WITHIN);
        Volvox two = through(2, WITHIN);
        Volvox three = through(3, Duration.ofSeconds(4))) {
      three.files().mkdir("/before", false);
      one.register("x").set(Bytes.utf8("0"));
      long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      cluster.command("net", "leaderless", "40s").expectOk("leaderless");
      Waits.until(
          WITHIN,
          () -> !cluster.command("nodes").text().contains("leader"),
          () -> cluster.command("nodes").text());
      int done = 0;
      while (done < INCREMENTS_MIN || System.nanoTime() < end) {
        Register register = (done % 2 == 0 ? one : two).register("x");
        Bytes expected = Bytes.utf8(Integer.toString(done));
        assertThat(register.get().value()).contains(expected);
        Bytes next = Bytes.utf8(Integer.toString(++done));
        assertThat(register.compareAndSet(Optional.of(expected), Optional.of(next)).isDone())
            .isTrue();
        if (done % INCREMENTS_MIN == 0) {
          requireRefused(three, "/during" + done);
        }
      }
      requireRefused(three, "/during");
      cluster.command("net", "heal").expectOk("heal");
      one.files().mkdir("/after", false);
    }
  }

  private static void requireRefused(Volvox volvox, String path) {
    assertThatThrownBy(() -> volvox.files().mkdir(path, false))
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> assertThat(e.isNothingWritten()).as(e.kind() + ": " + e.getMessage()).isTrue());
  }

  @Test
  void aHundredDecisionsAreOneForEver() throws Exception {
    Set<String> decided = new TreeSet<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        Volvox one = through(1, WITHIN);
        Volvox two = through(2, WITHIN);
        Volvox three = through(3, WITHIN)) {
      List<Volvox> entries = List.of(one, two, three);
      List<Callable<String>> calls = new ArrayList<>();
      for (int call = 0; call < CALLS; call++) {
        Register register = entries.get(call % entries.size()).register("winner");
        Bytes value = Bytes.utf8("caller " + call);
        calls.add(() -> text(register.decide(value)));
      }
      for (Future<String> call : callers.invokeAll(calls)) {
        decided.add(call.get());
      }
      assertThat(decided).hasSize(1);
      assertThat(one.register("winner").set(Bytes.utf8("another")).isDone()).isFalse();
      assertThat(two.register("winner").delete().isDone()).isFalse();
    }
    cluster.command("down").expectOk("down");
    cluster.command("up").expectOk("up");
    String after = cluster.command("register", "decide", "winner", "late").text().strip();
    assertThat(decided).containsExactly(after);
  }

  private static String text(Register.Outcome outcome) {
    assertThat(outcome.isDone()).isTrue();
    return outcome.now().value().orElseThrow().utf8();
  }

  @Test
  void aCountSurvivesADeathAndAReplacement() throws Exception {
    try (Volvox volvox =
        Volvox.connect(
            ClusterAddress.ofFolder(cluster.folder()), ClientOptions.DEFAULT.within(WITHIN))) {
      Register register = volvox.register("count");
      register.set(Bytes.utf8("0"));
      Counter counter = new Counter(register);
      Thread counting = Thread.ofPlatform().start(counter);
      cluster.command("node", "kill", "n2").expectOk("kill");
      cluster.command("register", "set", "while-dead", "yes").expectOk("set");
      cluster.command("node", "start", "n2").expectOk("start");
      cluster.command("node", "replace", "n1").expectOk("replace");
      Waits.until(
          WITHIN.multipliedBy(3),
          () -> isLogged("acceptors of registers: n2, n3, n4 (epoch"),
          () -> cluster.command("nodes").text());
      counter.isOver = true;
      counting.join();
      assertThat(counter.failures).isEmpty();
      assertThat(counter.done).isGreaterThan(INCREMENTS_MIN);
      int count = Integer.parseInt(register.get().value().orElseThrow().utf8());
      assertThat(count).isBetween(counter.done, counter.done + counter.unknown);
    }
    assertThat(cluster.command("register", "get", "while-dead", "--node", "n4").text())
        .isEqualTo("yes\n");
  }

  private boolean isLogged(String words) {
    for (String node : List.of("n1", "n2", "n3", "n4")) {
      try {
        if (Files.readString(cluster.folder().resolve(node + "/node.log")).contains(words)) {
          return true;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return false;
  }

  /** Adds one again and again; a comparison that may or may not have been made is counted too. */
  private static final class Counter implements Runnable {
    private final Register register;
    private final List<Exception> failures = new ArrayList<>();
    private int done;
    private int unknown;
    private volatile boolean isOver;

    Counter(Register register) {
      this.register = register;
    }

    @Override
    public void run() {
      while (!isOver) {
        try {
          Optional<Bytes> now = register.get().value();
          int next = Integer.parseInt(now.orElseThrow().utf8()) + 1;
          Optional<Bytes> value = Optional.of(Bytes.utf8(Integer.toString(next)));
          done += register.compareAndSet(now, value).isDone() ? 1 : 0;
        } catch (VolvoxException e) {
          unknown++;
          if (e.kind() != VolvoxException.Kind.UNKNOWN) {
            failures.add(e);
          }
        } catch (InterruptedException | RuntimeException e) {
          failures.add(e);
          return;
        }
      }
    }
  }

  @Test
  void anAcceptorWithoutItsStoreRefusesToStart() throws Exception {
    cluster.command("register", "set", "x", "1").expectOk("set");
    cluster.command("node", "stop", "n3").expectOk("stop");
    Path store = cluster.folder().resolve("n3").resolve("registers");
    LocalCluster.delete(store);
    Outcome started = cluster.command("node", "start", "n3");
    assertThat(started.code()).isNotZero();
    assertThat(started.text() + Files.readString(cluster.folder().resolve("n3/node.log")))
        .contains("the store of the registers in")
        .contains("volvox node replace n3");
    assertThat(cluster.command("register", "get", "x").text()).isEqualTo("1\n");
  }
}
