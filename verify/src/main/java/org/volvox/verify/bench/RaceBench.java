package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.volvox.verify.process.LocalCluster;

/**
 * Durable writes or linearizable reads a second, beside etcd, ZooKeeper, Ratis and SOFAJRaft and
 * the limits of the machine, all in one run: `./dev bench writes` and `./dev bench reads`.
 */
public final class RaceBench {
  private static final Duration DISK = Duration.ofSeconds(2);

  private final Race.Kind kind;
  private final RaceOptions options;
  private final PrintStream out;

  private RaceBench(Race.Kind kind, RaceOptions options, PrintStream out) {
    this.kind = kind;
    this.options = options;
    this.out = out;
  }

  /** Of writes that a quorum has made durable. */
  public static RaceBench writes(RaceOptions options, PrintStream out) {
    return new RaceBench(Race.Kind.WRITES, options, out);
  }

  /** Of reads that see every write acknowledged before them. */
  public static RaceBench reads(RaceOptions options, PrintStream out) {
    return new RaceBench(Race.Kind.READS, options, out);
  }

  /** Runs all and writes writes.md or reads.md and what belongs to it into bench/results. */
  public void run(Path root) throws IOException, InterruptedException {
    String what = kind.text();
    String kindText = kind == Race.Kind.WRITES ? "Durable writes" : "Linearizable reads";
    RaceReport.Page page =
        new RaceReport.Page(
            what, kindText + ", 3 nodes", "./dev bench " + what, RaceReport.CLIENTS);
    Race race = new Race(kind, options, out);
    Path work = Files.createDirectories(root.resolve("target/bench"));
    Path peers = root.resolve("target/peers");
    try (RaceSystems systems = new RaceSystems(options.systems(), work, peers)) {
      RaceResults results = race.run(systems.running());
      RaceTable table = new RaceTable(results, what);
      RaceReport report = new RaceReport(page, table, options);
      for (RaceSystem system : systems.running()) report.condition(system.conditions());
      report.condition(race.warmUpText());
      report.condition(Race.idle(systems.running()));
      report.condition(diskLimit(work));
      for (RaceSystem system : systems.running()) {
        if (system instanceof VolvoxSystem ours) report.condition(race.allocation(ours));
      }
      for (int bytes : options.bytes()) {
        String title = kindText + " of " + bytes + " bytes, 3 nodes (median and range)";
        XYChart chart = RacePlot.chart(title, "clients", what + " a second");
        RacePlot.clients(results, bytes, chart);
        report.chart("-" + bytes, chart);
      }
      report.write(root.resolve("bench/results"));
      out.print(table.verdict() + "\n" + table.all());
    }
    LocalCluster.delete(work);
  }

  /** What the disk could do at most, told in a line. */
  static String diskLimit(Path folder) throws IOException {
    return String.format(
        Locale.ROOT,
        "the disk's own limit in the same run: %.0f synced writes of 4 KiB a second (fdatasync), one at a time",
        DiskLimit.syncsPerSecond(folder, DISK));
  }
}
