package org.volvox.verify.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;

/** A plot of rates: medians of rounds as points, their range as bars, one line a system. */
final class RacePlot {
  /** Colours that people who see few colours can tell apart (Okabe and Ito). */
  private static final Map<String, Color> COLORS =
      Map.of(
          VolvoxSystem.NAME, new Color(0x009E73),
          VolvoxSystem.ON_RATIS, new Color(0x7FC9B0),
          EtcdSystem.NAME, new Color(0xD55E00),
          ZooKeeperSystem.NAME, new Color(0x0072B2),
          RatisSystem.NAME, new Color(0xCC79A7),
          JRaftSystem.NAME, new Color(0xE69F00),
          EchoSystem.NAME, new Color(0x999999));

  private RacePlot() {}

  /** A system's own in all plots. */
  static Color color(String system) {
    return COLORS.getOrDefault(system, Color.BLACK);
  }

  /** Empty axes for rates, both logarithmic. */
  static XYChart chart(String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(760)
            .height(460)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true).setToolTipsEnabled(false);
    return chart;
  }

  /** Rates against clients, of one length of values. */
  static void clients(RaceResults results, int bytes, XYChart chart) {
    List<RaceResults.Point> points =
        results.rounds().keySet().stream().filter(point -> point.bytes() == bytes).toList();
    lines(results, points, points.stream().map(point -> (double) point.clients()).toList(), chart);
  }

  /** Rates against the length of values, all with as many clients. */
  static void bytes(RaceResults results, XYChart chart) {
    List<RaceResults.Point> points = List.copyOf(results.rounds().keySet());
    lines(results, points, points.stream().map(point -> (double) point.bytes()).toList(), chart);
  }

  private static void lines(
      RaceResults results, List<RaceResults.Point> points, List<Double> xs, XYChart chart) {
    for (RaceResults.Runner runner : results.runners()) {
      List<Double> medians = new ArrayList<>();
      List<Double> spreads = new ArrayList<>();
      for (RaceResults.Point point : points) {
        Series rate = results.series(point, runner.name(), Load.Sample::perSecond);
        // The axis is logarithmic: a round without an answer is shown as the least there is.
        medians.add(Math.max(1, rate.median()));
        spreads.add(Math.min((rate.max() - rate.min()) / 2, 0.99 * Math.max(1, rate.median())));
      }
      String name = runner.isLimit() ? "limit: " + runner.name() : runner.name();
      XYSeries series = chart.addSeries(name, xs, medians, spreads);
      Color color = color(runner.name());
      series.setMarkerColor(color);
      series.setLineColor(color);
    }
  }

  static void save(Chart<?, ?> chart, Path file) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }
}
