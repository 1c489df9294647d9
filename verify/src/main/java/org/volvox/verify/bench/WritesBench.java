package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.volvox.verify.process.LocalCluster;

/**
 * Durable writes of 256 bytes: rate and latency at 1, 64 and 512 clients, beside etcd in the same
 * run. Rounds alternate between the systems; each round of one is compared with the other's beside
 * it.
 */
public final class WritesBench {
  static final int VALUE_BYTES = 256;
  private static final List<Integer> CLIENTS = List.of(1, 64, 512);
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final int WARM_UP_CLIENTS = 64;
  private static final Duration DISK = Duration.ofSeconds(2);

  private final int rounds;
  private final Duration measured;
  private final Duration warmUp;
  private final PrintStream out;
  private final Map<Integer, Comparison> results = new TreeMap<>();
  private final Map<String, List<WriteSystem.Writer>> connected = new TreeMap<>();

  /** All rounds at one number of clients: ours, theirs, and the ratio of rates round by round. */
  record Comparison(Figures ours, Figures theirs, Series ratio) {}

  /** One system's figures. */
  record Figures(Series rate, Series p50, Series p99) {
    static Figures none() {
      return new Figures(new Series(), new Series(), new Series());
    }

    void add(Load.Sample sample) {
      rate.add(sample.writesPerSecond());
      p50.add(sample.p50Millis());
      p99.add(sample.p99Millis());
    }
  }

  /**
   * @param rounds of each system at each number of clients
   * @param measured how long a round is
   * @param warmUp how long each system is loaded before the first round: compilers at work are not
   *     what is measured
   */
  public WritesBench(int rounds, Duration measured, Duration warmUp, PrintStream out) {
    this.rounds = rounds;
    this.measured = measured;
    this.warmUp = warmUp;
    this.out = out;
  }

  /** Runs all and writes bench/results/writes.md and .svg under the project's folder. */
  public void run(Path root) throws IOException, InterruptedException {
    byte[] value = new byte[VALUE_BYTES];
    new Random(1).nextBytes(value);
    Path work = Files.createDirectories(root.resolve("target/bench"));
    try (WriteSystem ours = new VolvoxSystem(work, value);
        WriteSystem theirs =
            new EtcdSystem(work.resolve("etcd"), root.resolve("target/peers"), value)) {
      for (WriteSystem system : List.of(ours, theirs)) {
        Load.run(writers(system, WARM_UP_CLIENTS), WARM_UP, warmUp);
      }
      for (int clients : CLIENTS) results.put(clients, compare(ours, theirs, clients));
      String limit =
          String.format(
              Locale.ROOT,
              "the disk's own limit in the same run: %.0f synced writes of 4 KiB a second, one at a time",
              DiskLimit.syncsPerSecond(work, DISK));
      String warm =
          "each system was loaded by "
              + WARM_UP_CLIENTS
              + " clients for "
              + warmUp.toSeconds()
              + " s before the first round";
      List<String> conditions = List.of(ours.conditions(), theirs.conditions(), warm, limit);
      WritesReport report = new WritesReport(results, rounds, measured, conditions);
      report.write(root.resolve("bench/results"));
      out.print(report.table());
    }
    LocalCluster.delete(work);
  }

  private Comparison compare(WriteSystem ours, WriteSystem theirs, int clients)
      throws IOException, InterruptedException {
    Comparison all = new Comparison(Figures.none(), Figures.none(), new Series());
    for (int round = 1; round <= rounds; round++) {
      // Who goes first changes, so that neither always follows the other's dirty pages.
      boolean first = round % 2 == 1;
      Load.Sample a = sample(first ? ours : theirs, clients);
      Load.Sample b = sample(first ? theirs : ours, clients);
      Load.Sample mine = first ? a : b;
      Load.Sample peers = first ? b : a;
      all.ours().add(mine);
      all.theirs().add(peers);
      all.ratio().add(mine.writesPerSecond() / peers.writesPerSecond());
      out.println(
          String.format(
              Locale.ROOT,
              "%d clients, round %d: volvox %.0f/s, etcd %.0f/s%s",
              clients,
              round,
              mine.writesPerSecond(),
              peers.writesPerSecond(),
              failures(mine, peers)));
    }
    return all;
  }

  private static String failures(Load.Sample mine, Load.Sample peers) {
    return mine.failures() + peers.failures() == 0
        ? ""
        : " (failed: " + mine.failures() + " and " + peers.failures() + ")";
  }

  private Load.Sample sample(WriteSystem system, int clients)
      throws IOException, InterruptedException {
    return Load.run(writers(system, clients), WARM_UP, measured);
  }

  /** Clients stay connected from round to round: connecting is not what is measured. */
  private List<WriteSystem.Writer> writers(WriteSystem system, int clients)
      throws IOException, InterruptedException {
    List<WriteSystem.Writer> writers =
        connected.computeIfAbsent(system.name(), name -> new ArrayList<>());
    while (writers.size() < clients) writers.add(system.connect(writers.size()));
    return writers.subList(0, clients);
  }
}
