package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.MergedRegister;

/** Registers of an available space, put and read at the node whose socket the program has. */
final class KeysAvailable {
  /** What is measured, and with how many threads. */
  record Point(String operation, int threads) implements Comparable<Point> {
    @Override
    public int compareTo(Point other) {
      int by = other.operation.compareTo(operation);
      return by != 0 ? by : Integer.compare(threads, other.threads);
    }
  }

  private static final List<Integer> THREADS = List.of(1, 16);
  private static final String SPACE = "bench-available";
  private static final double GOAL_MICROS = 100;
  private static final Duration DISK = Duration.ofMillis(500);

  private final RaceOptions options;
  private final Rounds<Point, Load.Sample> rounds = new Rounds<>();
  private final Series syncMicros = new Series();

  KeysAvailable(RaceOptions options) {
    this.options = options;
  }

  /**
   * Runs all rounds.
   *
   * @param work where the disk's own limit is taken, behind each round
   */
  void run(KeysSystem system, Path work, PrintStream out) throws IOException, InterruptedException {
    NodeId node = system.node();
    Path folder = system.data();
    var _ = system.volvox(0).keys().create(SPACE, Consistency.AVAILABLE);
    try (Volvox volvox =
        Volvox.connect(ClusterAddress.ofFolder(folder), ClientOptions.DEFAULT.through(node))) {
      AvailableSpace space = volvox.keys().available(SPACE);
      List<Load.Client> puts = new ArrayList<>();
      List<Load.Client> gets = new ArrayList<>();
      clients(space, puts, gets);
      for (List<Load.Client> each : List.of(puts, gets)) {
        var _ = Load.drive(each, system.servers(), Race.LEAD_IN, options.warmUp());
      }
      for (int threads : THREADS) {
        for (int round = 0; round < options.rounds(); round++) {
          one(system, new Point(KeysOptions.PUT, threads), puts, out);
          one(system, new Point(KeysOptions.GET, threads), gets, out);
          addSync(DiskLimit.syncs(work, DISK).getValueAtPercentile(50) / 1e3);
        }
      }
    }
  }

  private void clients(AvailableSpace space, List<Load.Client> puts, List<Load.Client> gets)
      throws IOException, InterruptedException {
    byte[] value = new byte[options.bytes().getFirst()];
    new Random(1).nextBytes(value);
    Bytes bytes = Bytes.wrap(value);
    for (int client = 0; client < THREADS.getLast(); client++) {
      MergedRegister register = space.register("bench-" + client);
      register.put(bytes);
      puts.add(Load.platform(() -> register.put(bytes)));
      gets.add(
          Load.platform(() -> {
            int length = register.get().value().map(Bytes::length).orElse(0);
            RaceSystem.requireLength(length, value.length);
          }));
    }
  }

  private void one(KeysSystem system, Point point, List<Load.Client> clients, PrintStream out)
      throws IOException, InterruptedException {
    Load.Sample sample =
        Load.drive(
            clients.subList(0, point.threads()),
            system.servers(),
            Race.LEAD_IN,
            options.measured());
    add(point, sample);
    out.println(
        String.format(
            Locale.ROOT,
            "available %s, %d threads: p50 %.0f us, p99 %.0f us, %.0f/s%s",
            point.operation(),
            point.threads(),
            1000 * sample.p50Millis(),
            1000 * sample.p99Millis(),
            sample.perSecond(),
            sample.failures() == 0 ? "" : " (" + sample.failures() + " failed)"));
  }

  void add(Point point, Load.Sample sample) {
    rounds.add(point, Map.of(VolvoxSystem.NAME, sample));
  }

  void addSync(double micros) {
    syncMicros.add(micros);
  }

  private Series series(Point point, ToDoubleFunction<Load.Sample> figure) {
    return rounds.series(point, VolvoxSystem.NAME, figure);
  }

  /** Tells what the rounds gave. */
  void tell(KeysPage page) {
    StringBuilder text =
        new StringBuilder(
            "A program and one node of three, by its Unix socket; each thread has a register of its own. A put is"
                + " answered when it is durable at this node alone, and told to the others behind that; puts that wait"
                + " for the disk at once share a sync. A get reads what is durable here.\n\n"
                + "| operation | threads | p50 us (range) | p99 us | ops/s | CPU us/op, servers / client |\n"
                + "|---|---:|---:|---:|---:|---:|\n");
    rounds
        .all()
        .forEach((point, each) -> {
          text.append(row(point));
          goal(page, point);
          for (int round = 0; round < each.size(); round++) {
            String load = point.operation() + " " + point.threads() + " threads";
            KeysPage.Place place =
                new KeysPage.Place(KeysOptions.AVAILABLE, load, round + 1, VolvoxSystem.NAME);
            Load.Sample sample = each.get(round).get(VolvoxSystem.NAME);
            if (sample != null) page.sample(place, sample);
          }
        });
    text.append(
        String.format(
            Locale.ROOT,
            "%nBehind each round the disk was asked alone, no node and no client busy: the median of its synced writes"
                + " of 4 KiB, one at a time, was %.0f us (%.0f to %.0f). A put of one thread waits for one such sync;"
                + " a get for none.%n",
            syncMicros.median(),
            syncMicros.min(),
            syncMicros.max()));
    for (int round = 0; round < syncMicros.size(); round++) {
      page.figure(
          new KeysPage.Place(KeysOptions.AVAILABLE, "sync by rank", round + 1, "disk"),
          "p50_us",
          syncMicros.values().get(round));
    }
    page.section("Registers of an available space at their own node", text.toString());
  }

  private void goal(KeysPage page, Point point) {
    double micros = 1000 * series(point, Load.Sample::p50Millis).median();
    page.goal(
        String.format(
            Locale.ROOT,
            "%s of an available space at its own node, %d threads: p50 %.0f us; goal below %.0f us: %s",
            point.operation(),
            point.threads(),
            micros,
            GOAL_MICROS,
            micros < GOAL_MICROS ? "met" : "missed"));
  }

  private String row(Point point) {
    Series p50 = series(point, Load.Sample::p50Millis);
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.0f (%.0f to %.0f) | %.0f | %.0f | %.0f / %.0f |%n",
        point.operation(),
        point.threads(),
        1000 * p50.median(),
        1000 * p50.min(),
        1000 * p50.max(),
        1000 * series(point, Load.Sample::p99Millis).median(),
        series(point, Load.Sample::perSecond).median(),
        series(point, Load.Sample::serverMicros).median(),
        series(point, Load.Sample::clientMicros).median());
  }

  RangePlot plot() {
    List<RangePlot.Panel> panels = new ArrayList<>();
    for (int threads : THREADS) {
      List<RangePlot.Row> rows = new ArrayList<>();
      for (String operation : List.of(KeysOptions.PUT, KeysOptions.GET)) {
        Point point = new Point(operation, threads);
        if (rounds.at(point).isEmpty()) continue;
        Series p50 = series(point, sample -> 1000 * sample.p50Millis());
        Series p99 = series(point, sample -> 1000 * sample.p99Millis());
        rows.add(row(operation + ", p50", "#009E73", p50));
        rows.add(row(operation + ", p99", "#7FC9B0", p99));
      }
      panels.add(new RangePlot.Panel(threads + (threads == 1 ? " thread" : " threads"), rows));
    }
    return new RangePlot(
        "Registers of an available space (median and range)", "us, logarithmic", panels);
  }

  private static RangePlot.Row row(String name, String color, Series series) {
    return new RangePlot.Row(name, color, series.median(), series.min(), series.max());
  }
}
