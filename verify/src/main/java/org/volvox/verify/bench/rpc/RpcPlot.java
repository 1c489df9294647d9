package org.volvox.verify.bench.rpc;

import java.awt.Color;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.volvox.verify.bench.Rounds;
import org.volvox.verify.bench.Series;

/** Plots of calls: bars are medians of rounds, the lines on them their range. */
final class RpcPlot {
  /** As in the other plots: colours that people who see few colours can tell apart. */
  private static final Map<String, Color> COLORS =
      Map.of(
          "volvox", new Color(0x009E73),
          "rmi", new Color(0x0072B2),
          "grpc", new Color(0xD55E00),
          "echo", new Color(0x999999));

  private final Rounds<RpcLoad, RpcSample> rounds;
  private final List<RpcRunner> runners;

  RpcPlot(Rounds<RpcLoad, RpcSample> rounds, List<RpcRunner> runners) {
    this.rounds = rounds;
    this.runners = runners;
  }

  /** One figure of all calls with a payload of this length. */
  CategoryChart calls(int bytes, String figure, ToDoubleFunction<RpcSample> of) {
    List<RpcLoad> loads =
        rounds.all().keySet().stream()
            .filter(load -> load.isCalls() && load.bytes() == bytes)
            .toList();
    CategoryChart chart = empty("Calls of " + bytes + " bytes each way (median and range)", figure);
    List<String> names =
        loads.stream()
            .map(load -> load.callers() + " in flight, connections: " + load.connections())
            .toList();
    double least = draw(chart, loads, names, of);
    // Bars begin at the power of ten below all.
    double base = Math.pow(10, Math.floor(Math.log10(least)));
    chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(base);
    return chart;
  }

  /** Streams in both directions. */
  CategoryChart streams() {
    List<RpcLoad> loads = rounds.all().keySet().stream().filter(load -> !load.isCalls()).toList();
    CategoryChart chart = empty("Streams of items of 64 KiB (median and range)", "MB/s");
    List<String> names = loads.stream().map(load -> load.task().text()).toList();
    var _ = draw(chart, loads, names, RpcSample::megabytesPerSecond);
    return chart;
  }

  private static CategoryChart empty(String title, String figure) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1000)
            .height(460)
            .title(title)
            .xAxisTitle("load")
            .yAxisTitle(figure)
            .build();
    chart.getStyler().setAvailableSpaceFill(0.9).setToolTipsEnabled(false);
    return chart;
  }

  /** Draws all systems and tells the lowest point. */
  private double draw(
      CategoryChart chart,
      List<RpcLoad> loads,
      List<String> names,
      ToDoubleFunction<RpcSample> of) {
    double least = Double.MAX_VALUE;
    Map<String, Integer> drawn = new HashMap<>();
    for (RpcRunner runner : runners) {
      if (!loads.stream().allMatch(runner::takes)) continue;
      List<Double> medians = new ArrayList<>();
      List<Double> spreads = new ArrayList<>();
      for (RpcLoad load : loads) {
        Series series = rounds.series(load, runner.name(), of);
        // The axis is logarithmic: a round without an answer is shown as the least there is.
        double median = Math.max(1, series.median());
        double spread = Math.min((series.max() - series.min()) / 2, 0.9 * median);
        medians.add(median);
        spreads.add(spread);
        least = Math.min(least, median - spread);
      }
      CategorySeries bars = chart.addSeries(runner.name(), names, medians, spreads);
      int shade = drawn.merge(runner.family(), 1, Integer::sum);
      bars.setFillColor(shade(COLORS.getOrDefault(runner.family(), Color.BLACK), shade));
    }
    return least;
  }

  /** Those of one family in the same colour, each lighter than the one before. */
  private static Color shade(Color color, int number) {
    double white = 1 - 1 / (0.7 + 0.3 * number);
    return new Color(
        mix(color.getRed(), white), mix(color.getGreen(), white), mix(color.getBlue(), white));
  }

  private static int mix(int part, double white) {
    return (int) Math.round(part + (255 - part) * white);
  }
}
