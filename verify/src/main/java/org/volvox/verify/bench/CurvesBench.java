package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.volvox.verify.process.LocalCluster;

/**
 * How writes a second go as work grows: with the length of values, with the number of clients, and
 * with the length of the log; `./dev bench curves`.
 */
public final class CurvesBench {
  /** The curves there are, by the names that the command line takes. */
  public static final List<String> ALL = List.of("bytes", "clients", "log");

  private static final List<String> SYSTEMS = List.of(VolvoxSystem.NAME, EtcdSystem.NAME);
  private static final List<Integer> BYTES =
      List.of(64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20);
  private static final List<Integer> CLIENTS = List.of(1, 4, 16, 64, 256, 1024);
  private static final int USUAL_BYTES = 256;

  /** etcd keeps its last 100,000 writes in memory: these get new members for each length. */
  private static final int LONG_BYTES = 64 << 10;

  private static final String FRESH_TEXT =
      "values of 64 KiB and more are written to new systems for each length, brought to speed by the"
          + " shortest ones: etcd keeps its last 100,000 writes in memory and all on the disk";

  private static final int USUAL_CLIENTS = 64;

  private final List<String> words;
  private final PrintStream out;

  /**
   * @param words of the command line, which may narrow what is run
   */
  public CurvesBench(List<String> words, PrintStream out) {
    this.words = List.copyOf(words);
    this.out = out;
  }

  /** Runs the curves that are asked for and writes a page for each into bench/results. */
  public void run(Path root) throws IOException, InterruptedException {
    List<String> curves =
        RaceOptions.list(RaceOptions.value(words, "--curves", String.join(",", ALL)));
    for (String curve : curves) {
      switch (curve) {
        case "bytes" -> bytes(root);
        case "clients" -> clients(root);
        case "log" -> log(root);
        default ->
            throw new IllegalArgumentException(
                "--curves " + curve + ": there are " + String.join(",", ALL));
      }
    }
  }

  private void bytes(Path root) throws IOException, InterruptedException {
    RaceOptions options =
        RaceOptions.DEFAULT.of(SYSTEMS, BYTES, List.of(USUAL_CLIENTS)).with(words);
    // One number of clients: a second one would be another curve.
    options = options.of(options.systems(), options.bytes(), options.clients().subList(0, 1));
    int clients = options.clients().getFirst();
    String title = "Durable writes against the length of values, " + clients + " clients";
    XYChart chart =
        RacePlot.chart(title + " (median and range)", "bytes of a value", "writes a second");
    RaceReport.Page page =
        new RaceReport.Page("curve-bytes", title, "./dev bench curves", RaceReport.CLIENTS);
    run(
        root,
        page,
        options,
        results -> {
          RacePlot.bytes(results, chart);
          return chart;
        });
  }

  private void clients(Path root) throws IOException, InterruptedException {
    RaceOptions options =
        RaceOptions.DEFAULT.of(SYSTEMS, List.of(USUAL_BYTES), CLIENTS).with(words);
    RaceOptions narrowed =
        options.of(options.systems(), options.bytes().subList(0, 1), options.clients());
    int bytes = narrowed.bytes().getFirst();
    String title = "Durable writes of " + bytes + " bytes against the number of clients";
    XYChart chart = RacePlot.chart(title + " (median and range)", "clients", "writes a second");
    RaceReport.Page page =
        new RaceReport.Page("curve-clients", title, "./dev bench curves", RaceReport.CLIENTS);
    run(
        root,
        page,
        narrowed,
        results -> {
          RacePlot.clients(results, bytes, chart);
          return chart;
        });
  }

  /** Draws what a race gave. */
  private interface Drawing {
    XYChart of(RaceResults results);
  }

  private void run(Path root, RaceReport.Page page, RaceOptions options, Drawing drawing)
      throws IOException, InterruptedException {
    Path work = Files.createDirectories(root.resolve("target/bench"));
    Path peers = root.resolve("target/peers");
    RaceResults results =
        new RaceResults(
            options.systems().stream()
                .map(name -> new RaceResults.Runner(name, name.equals(EchoSystem.NAME)))
                .toList());
    List<RaceOptions> parts = parts(options);
    for (RaceOptions part : parts) {
      Race race = new Race(Race.Kind.WRITES, part, out);
      try (RaceSystems systems = new RaceSystems(part.systems(), work, peers)) {
        race.run(systems.running(), options.bytes().getFirst(), results);
        if (part.equals(parts.getLast())) {
          RaceTable table = new RaceTable(results, Race.Kind.WRITES.text());
          RaceReport report = new RaceReport(page, table, options);
          for (RaceSystem system : systems.running()) report.condition(system.conditions());
          report.condition(race.warmUpText());
          if (parts.size() > 1) report.condition(FRESH_TEXT);
          report.condition(RaceBench.diskLimit(work));
          report.chart("", drawing.of(results));
          report.write(root.resolve("bench/results"));
          out.print(table.verdict() + "\n" + table.all());
        }
      }
      LocalCluster.delete(work);
    }
  }

  /** The short values together, and each length of long ones alone. */
  private static List<RaceOptions> parts(RaceOptions options) {
    List<RaceOptions> parts = new ArrayList<>();
    List<Integer> lengths = options.bytes().stream().filter(each -> each < LONG_BYTES).toList();
    if (!lengths.isEmpty()) {
      parts.add(options.of(options.systems(), lengths, options.clients()));
    }
    for (int each : options.bytes()) {
      if (each >= LONG_BYTES) {
        parts.add(options.of(options.systems(), List.of(each), options.clients()));
      }
    }
    return parts;
  }

  private void log(Path root) throws IOException, InterruptedException {
    LogCurve.Options options =
        new LogCurve.Options(
            Long.parseLong(RaceOptions.value(words, "--entries", "1000000")),
            first("--clients", USUAL_CLIENTS),
            first("--bytes", USUAL_BYTES));
    new LogCurve(options, out).run(root);
  }

  private int first(String option, int otherwise) {
    String text = RaceOptions.value(words, option, Integer.toString(otherwise));
    return Integer.parseInt(RaceOptions.list(text).getFirst());
  }
}
