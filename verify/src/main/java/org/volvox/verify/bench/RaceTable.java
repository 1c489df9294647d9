package org.volvox.verify.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables of a race, as people read them on a terminal and as Markdown. */
final class RaceTable implements RaceReport.Tables {
  private final RaceResults results;
  private final String what;

  /**
   * @param what is counted, such as "writes"
   */
  RaceTable(RaceResults results, String what) {
    this.results = results;
    this.what = what;
  }

  /** Ours beside the best peer of each round; empty when either is absent. */
  @Override
  public String verdict() {
    StringBuilder text = new StringBuilder();
    for (RaceResults.Point point : results.rounds().keySet()) {
      Series ratio = results.ratioToBest(point);
      if (ratio.size() == 0) continue;
      text.append(
          String.format(
              Locale.ROOT,
              "| %d | %d | %s | %s |%n",
              point.bytes(),
              point.clients(),
              ratio.spread(),
              results.p50ToBest(point).spread()));
    }
    if (text.isEmpty()) return "";
    return "| bytes | clients | volvox / best peer of the round, "
        + what
        + "/s: median (range; lower quartile) | p50: volvox / least of the peers' |\n|---:|---:|---:|---:|\n"
        + text;
  }

  /** Every system at every point. */
  @Override
  public String all() {
    StringBuilder text = new StringBuilder("| bytes | clients | system | ");
    text.append(what).append("/s (range) | volvox / it (range; lower quartile)");
    text.append(" | p50 ms | p99 ms | p99.9 ms | CPU us/op, servers / client |\n");
    text.append("|---:|---:|---|---:|---:|---:|---:|---:|---:|\n");
    for (RaceResults.Point point : results.rounds().keySet()) {
      for (RaceResults.Runner runner : results.runners()) text.append(row(point, runner));
    }
    return text.toString();
  }

  private String row(RaceResults.Point point, RaceResults.Runner runner) {
    String name = runner.name();
    Series rate = results.series(point, name, Load.Sample::perSecond);
    Series ratio = results.ratio(point, name);
    boolean isOurs = name.equals(VolvoxSystem.NAME);
    return String.format(
        Locale.ROOT,
        "| %d | %d | %s | %.0f (%.0f to %.0f) | %s | %.2f | %.2f | %.2f | %.0f / %.0f |%n",
        point.bytes(),
        point.clients(),
        runner.isLimit() ? "limit: " + name : name,
        rate.median(),
        rate.min(),
        rate.max(),
        isOurs || ratio.size() == 0 ? "" : ratio.spread(),
        results.series(point, name, Load.Sample::p50Millis).median(),
        results.series(point, name, Load.Sample::p99Millis).median(),
        results.series(point, name, Load.Sample::p999Millis).median(),
        results.series(point, name, Load.Sample::serverMicros).median(),
        results.series(point, name, Load.Sample::clientMicros).median());
  }

  /** Every round's figures, for whoever wants to work out more. */
  @Override
  public String csv() {
    StringBuilder text =
        new StringBuilder(
            "bytes,clients,round,system,per_second,p50_ms,p99_ms,p999_ms,server_us,client_us,failures\n");
    results
        .rounds()
        .forEach((point, rounds) -> {
          for (int round = 0; round < rounds.size(); round++) {
            csv(text, point, round + 1, rounds.get(round));
          }
        });
    return text.toString();
  }

  private static void csv(
      StringBuilder text, RaceResults.Point point, int round, Map<String, Load.Sample> samples) {
    samples.forEach((system, sample) -> {
      text.append(point.bytes()).append(',').append(point.clients()).append(',').append(round);
      text.append(',').append(system);
      for (double figure :
          List.of(
              sample.perSecond(),
              sample.p50Millis(),
              sample.p99Millis(),
              sample.p999Millis(),
              sample.serverMicros(),
              sample.clientMicros())) {
        text.append(String.format(Locale.ROOT, ",%.3f", figure));
      }
      text.append(',').append(sample.failures()).append('\n');
    });
  }
}
