package org.volvox.verify.bench;

import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** One key and more and more watchers of it, beside etcd. */
final class KeysWatch {
  private static final int WARM_UP_WATCHERS = 100;

  private final KeysOptions options;
  private final List<String> names;
  private final Rounds<Integer, Fanout.Sample> rounds = new Rounds<>();

  /**
   * @param names of the systems, in the order of the table
   */
  KeysWatch(KeysOptions options, List<String> names) {
    this.options = options;
    this.names = List.copyOf(names);
  }

  void run(List<FanoutSide> sides, PrintStream out) throws IOException, InterruptedException {
    Duration warmUp = options.race().warmUp();
    for (FanoutSide side : sides) {
      var _ = new Fanout(side, WARM_UP_WATCHERS).run(warmUp);
    }
    for (int watchers : options.watchers()) {
      for (int round = 0; round < options.race().rounds(); round++) {
        List<FanoutSide> order = new ArrayList<>(sides);
        Collections.rotate(order, -round);
        Map<String, Fanout.Sample> samples = new LinkedHashMap<>();
        for (FanoutSide side : order) {
          samples.put(side.name(), new Fanout(side, watchers).run(options.race().measured()));
        }
        add(watchers, samples);
        out.println(line(watchers, round, samples));
      }
    }
  }

  void add(int watchers, Map<String, Fanout.Sample> samples) {
    rounds.add(watchers, samples);
  }

  private static String line(int watchers, int round, Map<String, Fanout.Sample> samples) {
    StringJoiner parts = new StringJoiner(", ");
    samples.forEach((name, sample) ->
        parts.add(
            String.format(
                Locale.ROOT,
                "%s p50 %.2f ms p99 %.2f ms, burst %.0f events/s%s",
                name,
                sample.p50Millis(),
                sample.p99Millis(),
                sample.burstPerSecond(),
                sample.repeated() + sample.lost() == 0
                    ? ""
                    : " (" + sample.repeated() + " repeated, " + sample.lost() + " lost)")));
    return watchers + " watchers, round " + (round + 1) + ": " + parts;
  }

  /** Tells what the rounds gave. */
  void tell(KeysPage page) {
    page.section(
        "Watchers of one key",
        "Puts of a key that so many watch: the time from the begin of a put until the last watcher has it, one"
            + " put after the other; then a burst of puts by 16 clients, from the first put to the last event at"
            + " the last watcher.\n\n"
            + table()
            + "\n"
            + check()
            + "\n");
    rounds
        .all()
        .forEach((watchers, each) -> {
          for (int round = 0; round < each.size(); round++) csv(page, watchers, round + 1, each);
        });
    page.goal(check());
  }

  private String table() {
    StringBuilder text =
        new StringBuilder(
            "| watchers | system | last watcher has it, p50 ms (range) | volvox / it (range; lower quartile) | p99 ms"
                + " | put answered, p50 ms | events/s, one by one | events/s, burst (range) | burst, volvox / it (range; lower quartile) |\n"
                + "|---:|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (int watchers : rounds.all().keySet()) {
      for (String name : names) text.append(row(watchers, name));
    }
    return text.toString();
  }

  private String row(int watchers, String name) {
    Series p50 = rounds.series(watchers, name, Fanout.Sample::p50Millis);
    Series burst = rounds.series(watchers, name, Fanout.Sample::burstPerSecond);
    Rounds.Pair pair = new Rounds.Pair(VolvoxSystem.NAME, name);
    Series latency = rounds.ratio(watchers, pair, Fanout.Sample::p50Millis);
    Series rate = rounds.ratio(watchers, pair, Fanout.Sample::burstPerSecond);
    boolean isOurs = name.equals(VolvoxSystem.NAME) || rate.size() == 0;
    return String.format(
        Locale.ROOT,
        "| %d | %s | %.2f (%.2f to %.2f) | %s | %.2f | %.2f | %.0f | %.0f (%.0f to %.0f) | %s |%n",
        watchers,
        name,
        p50.median(),
        p50.min(),
        p50.max(),
        isOurs ? "" : latency.spread(),
        rounds.series(watchers, name, Fanout.Sample::p99Millis).median(),
        rounds.series(watchers, name, Fanout.Sample::putMillis).median(),
        rounds.series(watchers, name, Fanout.Sample::perSecond).median(),
        burst.median(),
        burst.min(),
        burst.max(),
        isOurs ? "" : rate.spread());
  }

  /** Whether each watcher was told each put once and in order, of each system. */
  private String check() {
    StringJoiner parts = new StringJoiner("; ");
    for (String name : names) {
      long puts = 0;
      long told = 0;
      long repeated = 0;
      long lost = 0;
      for (var point : rounds.all().entrySet()) {
        for (Map<String, Fanout.Sample> round : point.getValue()) {
          Fanout.Sample sample = round.get(name);
          if (sample == null) continue;
          puts += sample.puts();
          told += sample.puts() * point.getKey();
          repeated += sample.repeated();
          lost += sample.lost();
        }
      }
      String seen =
          repeated + lost == 0
              ? "each exactly once and in order"
              : repeated + " of them repeated or out of order, " + lost + " lost";
      parts.add(name + " owed its watchers " + told + " events of " + puts + " puts, " + seen);
    }
    return "watchers check the version of the key in each event: " + parts;
  }

  private static void csv(
      KeysPage page, int watchers, int round, List<Map<String, Fanout.Sample>> all) {
    all.get(round - 1)
        .forEach((system, sample) -> {
          KeysPage.Place place =
              new KeysPage.Place(KeysOptions.WATCH, watchers + " watchers", round, system);
          page.figure(place, "p50_ms", sample.p50Millis());
          page.figure(place, "p99_ms", sample.p99Millis());
          page.figure(place, "put_p50_ms", sample.putMillis());
          page.figure(place, "events_per_second", sample.perSecond());
          page.figure(place, "burst_events_per_second", sample.burstPerSecond());
          page.figure(place, "puts", (double) sample.puts());
          page.figure(place, "repeated", (double) sample.repeated());
          page.figure(place, "lost", (double) sample.lost());
        });
  }

  XYChart chart() {
    XYChart chart =
        RacePlot.chart(
            "From a put until the last watcher has it (median and range)", "watchers", "ms");
    List<Double> xs = rounds.all().keySet().stream().map(Integer::doubleValue).toList();
    for (String name : names) {
      List<Double> medians = new ArrayList<>();
      List<Double> spreads = new ArrayList<>();
      for (int watchers : rounds.all().keySet()) {
        Series p50 = rounds.series(watchers, name, Fanout.Sample::p50Millis);
        medians.add(p50.median());
        spreads.add(Math.min((p50.max() - p50.min()) / 2, 0.99 * p50.median()));
      }
      XYSeries series = chart.addSeries(name, xs, medians, spreads);
      Color color = RacePlot.color(name);
      series.setMarkerColor(color);
      series.setLineColor(color);
    }
    return chart;
  }
}
