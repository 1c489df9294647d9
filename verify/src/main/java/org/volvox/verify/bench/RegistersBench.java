package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.verify.process.LocalCluster;

/**
 * What a client waits for while leaders are killed one after the other: a register, which has none,
 * beside a small file, which is kept in the log. The same clients, nodes and disk, at the same
 * time.
 */
public final class RegistersBench {
  private static final Duration BETWEEN = Duration.ofSeconds(4);
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration WARM = Duration.ofSeconds(5);
  private static final int CLIENTS = 3;
  private static final int VALUE_BYTES = 256;

  private final int deaths;
  private final PrintStream out;
  private volatile boolean isMeasured;
  private volatile boolean isOver;

  /** One change of the value; what it waits for is measured. */
  private interface Write {
    void run(Volvox volvox, Bytes value) throws VolvoxException, InterruptedException;
  }

  /** What the clients of one kind saw. */
  private static final class Seen {
    private final String name;
    private final List<Long> nanos = new ArrayList<>();
    private int unknown;
    private int refused;

    Seen(String name) {
      this.name = name;
    }

    synchronized void done(long took) {
      nanos.add(took);
    }

    synchronized void failed(VolvoxException e) {
      if (e.isNothingWritten()) refused++;
      else unknown++;
    }

    synchronized String row() {
      List<Long> sorted = nanos.stream().sorted().toList();
      return String.format(
          Locale.ROOT,
          "| %s | %d | %.1f | %.1f | %.1f | %.1f | %d | %d |%n",
          name,
          sorted.size(),
          at(sorted, 0.5),
          at(sorted, 0.99),
          at(sorted, 0.999),
          at(sorted, 1),
          unknown,
          refused);
    }

    private static double at(List<Long> sorted, double part) {
      int index = (int) Math.ceil(part * sorted.size()) - 1;
      return sorted.isEmpty() ? Double.NaN : sorted.get(Math.max(0, index)) / 1e6;
    }
  }

  /**
   * Makes a bench of that many deaths.
   *
   * @param deaths how many leaders are killed
   */
  public RegistersBench(int deaths, PrintStream out) {
    this.deaths = deaths;
    this.out = out;
  }

  /** Runs it and writes bench/results/registers.md under the project's folder. */
  public void run(Path root) throws IOException, InterruptedException {
    Path folder = root.resolve("target/bench/registers");
    Seen registers = new Seen("register (no leader)");
    Seen files = new Seen("small file (log)");
    try (LocalCluster cluster = new LocalCluster(folder);
        Volvox watching = Volvox.connect(folder)) {
      List<Thread> threads = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        String name = "/bench-" + client;
        threads.add(client(folder, registers, (volvox, value) -> volvox.register(name).set(value)));
        threads.add(client(folder, files, (volvox, value) -> volvox.files().write(name, value)));
      }
      LockSupport.parkNanos(WARM.toNanos());
      isMeasured = true;
      for (int death = 0; death < deaths; death++) {
        String leader = leader(watching).toString();
        cluster.command("node", "kill", leader).expectOk("kill " + leader);
        LockSupport.parkNanos(BETWEEN.toNanos());
        cluster.command("node", "start", leader).expectOk("start " + leader);
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
      isOver = true;
      for (Thread thread : threads) thread.join();
    }
    String report = report(registers, files);
    Files.writeString(root.resolve("bench/results/registers.md"), report);
    out.print(report);
  }

  private Thread client(Path folder, Seen seen, Write write) {
    return Thread.ofPlatform()
        .name(seen.name)
        .start(() -> {
          Bytes value = Bytes.wrap(new byte[VALUE_BYTES]);
          try (Volvox volvox =
              Volvox.connect(
                  ClusterAddress.ofFolder(folder), ClientOptions.DEFAULT.within(WITHIN))) {
            while (!isOver) once(volvox, seen, write, value);
          } catch (VolvoxException e) {
            throw new IllegalStateException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void once(Volvox volvox, Seen seen, Write write, Bytes value)
      throws InterruptedException {
    long begin = System.nanoTime();
    try {
      write.run(volvox, value);
      if (isMeasured) seen.done(System.nanoTime() - begin);
    } catch (VolvoxException e) {
      if (isMeasured) seen.failed(e);
    }
  }

  /** Who leads; waits for somebody to. */
  private static NodeId leader(Volvox volvox) throws VolvoxException, InterruptedException {
    while (true) {
      Optional<NodeId> leader =
          volvox.cluster().nodes().stream()
              .filter(node -> node.isUp() && node.role() == NodeStatus.Role.LEADER)
              .map(NodeStatus::node)
              .findFirst();
      if (leader.isPresent()) return leader.get();
      LockSupport.parkNanos(BETWEEN.toNanos() / 40);
    }
  }

  private String report(Seen registers, Seen files) {
    return String.format(
            Locale.ROOT,
            """
            # Registers and files while leaders die

            `./dev bench registers`, %s: %d leaders killed with `kill -9`, one each %d s, and started again; three nodes and %d + %d clients
            on a machine of %d CPUs that others use too. Each client writes %d bytes again and again, and asks again at another node when one is silent.

            | what | writes | p50, ms | p99 | p99.9 | worst | unknown | refused |
            |---|---:|---:|---:|---:|---:|---:|---:|
            """,
            LocalDate.now(ZoneOffset.UTC),
            deaths,
            2 * BETWEEN.toSeconds(),
            CLIENTS,
            CLIENTS,
            Runtime.getRuntime().availableProcessors(),
            VALUE_BYTES)
        + registers.row()
        + files.row();
  }
}
