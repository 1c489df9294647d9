package org.volvox.verify.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.Processes;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;
import org.volvox.client.service.ServiceException;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/** Calls that must not take effect twice, while the machine that serves them dies. */
@Timeout(180)
class LedgerTest {
  private static final int CALLS = 10_000;
  private static final int CALLERS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path temp;

  private long millis;
  private final AtomicLong next = new AtomicLong();
  private final Set<Long> entered = new ConcurrentSkipListSet<>();
  private final Set<Long> notRun = new ConcurrentSkipListSet<>();
  private final Set<Long> unknown = new ConcurrentSkipListSet<>();

  @Test
  void aNodeThatDiesUnderTenThousandCallsDoublesNoneAndLosesNone() throws Exception {
    Path a = temp.resolve("a");
    Path b = temp.resolve("b");
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"));
        Volvox volvox = Volvox.connect(cluster.folder())) {
      NodeId dying = new NodeId(2);
      awaitNodes(volvox);
      host(volvox, cluster, dying, a);
      host(volvox, cluster, new NodeId(3), b);
      Instances.await(volvox, "test/Ledger", 2);
      Ledger ledger = volvox.services().lookup("test/Ledger", Ledger.class);
      AtomicLong stopAt = new AtomicLong(Long.MAX_VALUE);
      long begin = System.nanoTime();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(Thread.ofPlatform().start(() -> callUntil(ledger, stopAt)));
      }
      Waits.until(PATIENCE, () -> entered.size() > CALLS / 3, () -> entered.size() + " calls");
      kill(volvox, dying);
      Instances.await(volvox, "test/Ledger", 1);
      stopAt.set(Math.max(CALLS, next.get() + CALLS / 3));
      for (Thread each : callers) {
        assertThat(each.join(PATIENCE)).as("a caller hangs").isTrue();
      }
      millis = (System.nanoTime() - begin) / 1_000_000;
    }
    System.out.printf(
        "%d calls in %d ms: %d entered, %d unknown, %d not run%n",
        next.get(), millis, entered.size(), unknown.size(), notRun.size());
    assertThat(next.get()).isGreaterThanOrEqualTo(CALLS);
    judge(a, b);
  }

  private static void host(Volvox volvox, LocalCluster cluster, NodeId on, Path book)
      throws IOException, InterruptedException {
    List<String> line =
        Programs.java(LedgerHost.class.getName(), cluster.folder().toString(), book.toString());
    RunningProcess ignored =
        volvox.processes().spawn(new Processes.Program(line, Optional.empty(), Optional.of(on)));
  }

  private static void awaitNodes(Volvox volvox) {
    Waits.until(
        PATIENCE,
        () -> {
          try {
            return volvox.cluster().nodes().stream().filter(NodeStatus::isUp).count() == 3;
          } catch (IOException e) {
            return false;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        () -> "not all nodes are up");
  }

  /** As kill -9 does. */
  private static void kill(Volvox volvox, NodeId node) throws IOException, InterruptedException {
    long pid =
        volvox.cluster().nodes().stream()
            .filter(each -> each.node().equals(node))
            .mapToLong(NodeStatus::processId)
            .findFirst()
            .orElseThrow();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  private void callUntil(Ledger ledger, AtomicLong stopAt) {
    for (long number = next.incrementAndGet();
        number <= stopAt.get();
        number = next.incrementAndGet()) {
      try {
        assertThat(ledger.enter(number)).isPositive();
        entered.add(number);
      } catch (ServiceException e) {
        (e.mayHaveRun() ? unknown : notRun).add(number);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void judge(Path... books) throws IOException {
    TreeMap<Long, Integer> times = new TreeMap<>();
    for (Path book : books) {
      for (String line : Files.readAllLines(book)) {
        times.merge(Long.parseLong(line), 1, Integer::sum);
      }
    }
    assertThat(times.values().stream().filter(count -> count != 1))
        .as("entered more than once")
        .isEmpty();
    assertThat(entered.stream().filter(number -> !times.containsKey(number)))
        .as("said to be entered, and is not")
        .isEmpty();
    assertThat(notRun.stream().filter(times::containsKey))
        .as("said not to have run, and has")
        .isEmpty();
    assertThat(unknown).as("only what was on its way is unknown").hasSizeLessThanOrEqualTo(CALLERS);
    assertThat(notRun).as("another instance was there").isEmpty();
    assertThat(Files.readAllLines(books[0])).as("the dying one took part").isNotEmpty();
  }
}
