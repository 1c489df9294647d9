package org.volvox.verify.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Bytes;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Signals;
import org.volvox.verify.process.Waits;

/**
 * Three nodes under light load; one after the other is stopped for 200 ms, as a garbage collector,
 * a busy neighbour or a hypervisor would. None of it is a reason to elect another leader, and none
 * may cost a write.
 */
public final class QuietSoak {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int GAP_MILLIS_MAX = 1_000;
  private static final Duration WRITE_EVERY = Duration.ofMillis(50);
  private static final Duration WHOLE_WITHIN = Duration.ofSeconds(60);
  private static final Bytes VALUE = Bytes.utf8("light load");
  private static final double NANOS_PER_MILLI = 1e6;

  private final Duration span;
  private final Random random;
  private final PrintStream out;

  /** What the writer saw. */
  private static final class Writes {
    private long done;
    private long failed;
    private long slowestNanos;
    private Optional<String> failure = Optional.empty();

    synchronized void done(long nanos) {
      done++;
      slowestNanos = Math.max(slowestNanos, nanos);
    }

    synchronized void failed(IOException e) {
      failed++;
      failure = Optional.of(String.valueOf(e.getMessage()));
    }

    synchronized long failed() {
      return failed;
    }

    synchronized String text() {
      return String.format(
          Locale.ROOT,
          "%d writes, %d failed%s, slowest %.0f ms",
          done,
          failed,
          failure.map(why -> " (" + why + ")").orElse(""),
          slowestNanos / NANOS_PER_MILLI);
    }
  }

  public QuietSoak(Duration span, long seed, PrintStream out) {
    this.span = span;
    this.random = new Random(seed);
    this.out = out;
    out.println("soak quiet: " + span.toSeconds() + " s, seed " + seed);
  }

  /** Runs it all; gives whether there was no election and no failed write. */
  public boolean run(Path folder) throws IOException, InterruptedException {
    AtomicBoolean ended = new AtomicBoolean();
    Writes writes = new Writes();
    try (LocalCluster cluster = new LocalCluster(folder);
        Signals signals = new Signals();
        Volvox volvox = connect(cluster)) {
      Waits.until(WHOLE_WITHIN, () -> isWhole(volvox), () -> cluster.command("nodes").text());
      Thread writer = Thread.ofPlatform().name("writer").start(() -> write(volvox, ended, writes));
      try {
        long elections = pauses(volvox, signals);
        ended.set(true);
        writer.join();
        out.println(elections + " elections after the first; " + writes.text());
        return elections == 0 && writes.failed() == 0;
      } finally {
        ended.set(true);
      }
    }
  }

  private long pauses(Volvox volvox, Signals signals) throws IOException, InterruptedException {
    List<NodeStatus> nodes = volvox.cluster().nodes();
    long first = term(volvox);
    long term = first;
    long end = System.nanoTime() + span.toNanos();
    long longest = 0;
    int pauses = 0;
    while (System.nanoTime() - end < 0) {
      NodeStatus node = nodes.get(pauses % nodes.size());
      long began = System.nanoTime();
      signals.send("STOP", node.processId());
      pass(PAUSE);
      signals.send("CONT", node.processId());
      longest = Math.max(longest, System.nanoTime() - began);
      pauses++;
      // What happens meanwhile is the test; nothing here could tell when that is enough.
      pass(Duration.ofMillis(random.nextInt(GAP_MILLIS_MAX)));
      long now = term(volvox);
      if (now != term) {
        out.println(
            "pause " + pauses + ", of " + node.node() + ": term " + term + " became " + now);
        term = now;
      }
    }
    out.println(
        String.format(
            Locale.ROOT,
            "%d pauses, the longest %.0f ms as far as this process can tell",
            pauses,
            longest / NANOS_PER_MILLI));
    return term - first;
  }

  private static void pass(Duration span) {
    long end = System.nanoTime() + span.toNanos();
    for (long left = span.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void write(Volvox volvox, AtomicBoolean ended, Writes writes) {
    try {
      while (!ended.get()) {
        long begun = System.nanoTime();
        try {
          volvox.files().write("/quiet", VALUE);
          writes.done(System.nanoTime() - begun);
        } catch (IOException e) {
          writes.failed(e);
        }
        pass(WRITE_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A term rises only when somebody stands. */
  private static long term(Volvox volvox) throws IOException, InterruptedException {
    return volvox.cluster().nodes().stream()
        .mapToLong(node -> node.term().value())
        .max()
        .orElseThrow();
  }

  private static boolean isWhole(Volvox volvox) {
    try {
      List<NodeStatus> nodes = volvox.cluster().nodes();
      return nodes.size() == 3
          && nodes.stream().allMatch(node -> node.isUp() && node.leader().isPresent());
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Volvox connect(LocalCluster cluster) throws IOException {
    return Volvox.connect(ClusterAddress.ofFolder(cluster.folder()), ClientOptions.DEFAULT);
  }
}
