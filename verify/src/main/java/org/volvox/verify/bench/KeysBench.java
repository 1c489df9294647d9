package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.volvox.verify.process.LocalCluster;

/**
 * Key spaces: puts, gets and watches of a consistent one beside etcd, registers of an available one
 * at their own node, and how a space goes as it grows; `./dev bench keys`.
 */
public final class KeysBench {
  private static final Duration DISK = Duration.ofSeconds(2);

  private static final RaceReport.Page PAGE =
      new RaceReport.Page(
          "keys",
          "Key spaces, 3 nodes",
          "./dev bench keys",
          "Clients ask in closed loops, all in one JVM by each system's own client library; those of puts and"
              + " gets each for a key of their own. Only consistent spaces have a peer in this run. CPU: user and"
              + " kernel time of all server processes of the system, and of the clients' JVM, by operation.");

  private final KeysOptions options;
  private final PrintStream out;
  private final KeysPage tables = new KeysPage();
  private final RaceReport report;

  public KeysBench(KeysOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
    this.report = new RaceReport(PAGE, tables, options.race());
  }

  /** Runs the parts that are asked for and writes keys.md and what belongs to it. */
  public void run(Path root) throws IOException, InterruptedException {
    Path work = Files.createDirectories(root.resolve("target/bench"));
    if (options.isRace()) race(work, root.resolve("target/peers"));
    LocalCluster.delete(work);
    Files.createDirectories(work);
    if (options.has(KeysOptions.AVAILABLE) || options.has(KeysOptions.GROWTH)) alone(work);
    double syncs = DiskLimit.syncsPerSecond(work, DISK);
    report.condition(
        String.format(
            Locale.ROOT,
            "the disk's own limit in the same run: %.0f synced writes of 4 KiB a second (fdatasync), one at a time",
            syncs));
    report.write(root.resolve("bench/results"));
    out.print(tables.verdict() + "\n" + tables.all());
    LocalCluster.delete(work);
  }

  /** The parts in which other systems take part, all of which stay up meanwhile. */
  private void race(Path work, Path peers) throws IOException, InterruptedException {
    List<RaceSystem> systems = new ArrayList<>();
    try {
      for (String name : options.race().systems()) {
        Path folder = work.resolve(name);
        systems.add(
            name.equals(VolvoxSystem.NAME)
                ? KeysSystem.open(folder)
                : new EtcdSystem(folder, peers));
      }
      if (options.has(KeysOptions.PUT)) single(Race.Kind.WRITES, systems);
      if (options.has(KeysOptions.GET)) single(Race.Kind.READS, systems);
      if (options.has(KeysOptions.WATCH)) watch(systems);
      for (RaceSystem system : systems) report.condition(system.conditions());
      report.condition(
          "each system was loaded for "
              + options.race().warmUp().toSeconds()
              + " s before the first round of each part");
      report.condition(Race.idle(systems));
    } finally {
      for (RaceSystem system : systems.reversed()) system.close();
    }
  }

  private void single(Race.Kind kind, List<RaceSystem> systems)
      throws IOException, InterruptedException {
    KeysRace race = new KeysRace(kind, options.race());
    RaceResults results = race.run(systems, out);
    race.tell(results, tables);
    String part = kind == Race.Kind.WRITES ? KeysOptions.PUT : KeysOptions.GET;
    for (int bytes : options.race().bytes()) {
      report.chart("-" + part + "-" + bytes, race.chart(results, bytes));
    }
  }

  private void watch(List<RaceSystem> systems) throws IOException, InterruptedException {
    byte[] value = new byte[options.race().bytes().getFirst()];
    new Random(1).nextBytes(value);
    List<FanoutSide> sides = new ArrayList<>();
    for (RaceSystem system : systems) {
      if (system instanceof KeysSystem ours) sides.add(new VolvoxFanout(ours, value));
      if (system instanceof EtcdSystem etcd) sides.add(new EtcdFanout(etcd, value));
    }
    KeysWatch watch = new KeysWatch(options, sides.stream().map(FanoutSide::name).toList());
    watch.run(sides, out);
    watch.tell(tables);
    report.chart("-watch", watch.chart());
  }

  /** The parts of ours alone, on nodes of their own. */
  private void alone(Path work) throws IOException, InterruptedException {
    try (KeysSystem system = KeysSystem.open(work.resolve("alone"))) {
      if (options.has(KeysOptions.AVAILABLE)) {
        KeysAvailable available = new KeysAvailable(options.race());
        available.run(system, work, out);
        available.tell(tables);
        report.figure("-available", available.plot());
      }
      if (options.has(KeysOptions.GROWTH)) {
        KeysGrowth growth = new KeysGrowth(options);
        growth.run(system, out);
        growth.tell(tables);
        report.chart("-growth", growth.chart());
      }
      if (!options.isRace()) report.condition(system.conditions());
      report.condition(
          "available and growth: three nodes of their own, while no other system of the run is up");
    }
  }
}
