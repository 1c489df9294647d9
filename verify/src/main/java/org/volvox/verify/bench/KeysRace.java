package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Puts or linearizable gets of single keys, beside etcd. */
final class KeysRace {
  private static final double GOAL = 2;

  private final Race.Kind kind;
  private final String part;
  private final RaceOptions options;

  KeysRace(Race.Kind kind, RaceOptions options) {
    this.kind = kind;
    this.part = kind == Race.Kind.WRITES ? KeysOptions.PUT : KeysOptions.GET;
    this.options = options;
  }

  RaceResults run(List<RaceSystem> systems, PrintStream out)
      throws IOException, InterruptedException {
    out.println(part + " of a consistent space");
    return new Race(kind, options, out).run(systems);
  }

  /** Tells what the rounds gave. */
  void tell(RaceResults results, KeysPage page) {
    RaceTable table = new RaceTable(results, part + "s");
    String title = kind == Race.Kind.WRITES ? "Puts" : "Linearizable gets";
    page.section(
        title + " of a consistent space", table.verdict() + "\n" + table.all() + busy(results));
    results
        .rounds()
        .forEach((point, rounds) -> {
          goal(results, point, page);
          for (int round = 0; round < rounds.size(); round++) {
            csv(page, point, round + 1, rounds.get(round));
          }
        });
  }

  XYChart chart(RaceResults results, int bytes) {
    String title = part + "s of " + bytes + " bytes a second, 3 nodes (median and range)";
    XYChart chart = RacePlot.chart(title, "clients", part + "s a second");
    RacePlot.clients(results, bytes, chart);
    return chart;
  }

  private void goal(RaceResults results, RaceResults.Point point, KeysPage page) {
    Series ratio = results.ratio(point, EtcdSystem.NAME);
    if (ratio.size() == 0) return;
    page.goal(
        String.format(
            Locale.ROOT,
            "%s of %d bytes, %d clients, volvox / etcd: %.2f (%.2f to %.2f); goal %.0f: %s",
            part,
            point.bytes(),
            point.clients(),
            ratio.median(),
            ratio.min(),
            ratio.max(),
            GOAL,
            ratio.median() >= GOAL ? "met" : "missed"));
  }

  private void csv(
      KeysPage page, RaceResults.Point point, int round, Map<String, Load.Sample> samples) {
    String load = point.bytes() + " B " + point.clients() + " clients";
    samples.forEach(
        (system, sample) -> page.sample(new KeysPage.Place(part, load, round, system), sample));
  }

  /** What bounds the rates: who keeps all processors busy waits for nothing else. */
  private static String busy(RaceResults results) {
    int processors = Runtime.getRuntime().availableProcessors();
    StringBuilder text = new StringBuilder("\n");
    for (RaceResults.Point point : results.rounds().keySet()) {
      for (RaceResults.Runner runner : results.runners()) {
        Series busy = results.series(point, runner.name(), KeysRace::processors);
        text.append(
            String.format(
                Locale.ROOT,
                "- %d bytes, %d clients: %s's servers and clients use %.2f of %d processors%n",
                point.bytes(),
                point.clients(),
                runner.name(),
                busy.median(),
                processors));
      }
    }
    return text
        + "\nWhere nearly all are in use the processors are the bound; else it is the wait for the"
        + " disk and for the other nodes (or for processors that other programs use).\n";
  }

  static double processors(Load.Sample sample) {
    return sample.perSecond() * (sample.serverMicros() + sample.clientMicros()) / 1e6;
  }
}
