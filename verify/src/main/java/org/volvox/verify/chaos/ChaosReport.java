package org.volvox.verify.chaos;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The page of a chaos run: what the clients saw, with the faults above it, and the resources. */
final class ChaosReport {
  private static final int WIDTH = 1100;
  private static final Color FAULT = new Color(0xD5, 0x5E, 0x00);
  private static final BasicStroke DASHES =
      new BasicStroke(
          0.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1f, new float[] {3f, 3f}, 0f);
  private static final Color[] COLOURS = {
    new Color(0x009E73),
    new Color(0xD55E00),
    new Color(0x0072B2),
    new Color(0xCC79A7),
    new Color(0xE69F00)
  };
  private static final double MEBIBYTE = 1 << 20;

  private ChaosReport() {}

  /** Writes the page and its plots; gives the page. */
  static Path write(ChaosRun.Result result, Path folder) throws IOException {
    Files.createDirectories(folder);
    plot(folder.resolve("throughput.svg"), throughput(result));
    plot(folder.resolve("latency.svg"), latency(result));
    plot(folder.resolve("faults.svg"), faults(result));
    plot(folder.resolve("healing.svg"), healing(result));
    plot(folder.resolve("memory.svg"), memory(result));
    Path page = folder.resolve("index.html");
    Files.writeString(page, html(result));
    return page;
  }

  private static void plot(Path file, XYChart chart) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }

  private static XYChart chart(ChaosRun.Result result, String title, String unit, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle("seconds")
            .yAxisTitle(unit)
            .build();
    chart
        .getStyler()
        .setXAxisMin(0.0)
        .setXAxisMax(result.endSecond())
        .setYAxisMin(0.0)
        .setToolTipsEnabled(false)
        .setChartBackgroundColor(Color.WHITE)
        .setSeriesColors(COLOURS)
        .setMarkerSize(0);
    chart.getStyler().setAnnotationLineColor(FAULT).setAnnotationLineStroke(DASHES);
    return chart;
  }

  /** A line for each fault's beginning. */
  private static void mark(XYChart chart, ChaosRun.Result result) {
    for (Blow blow : result.struck()) {
      double second = began(result) + blow.atMillis() / 1000.0;
      chart.addAnnotation(new AnnotationLine(second, true, false));
    }
  }

  private static double began(ChaosRun.Result result) {
    List<Telemetry.Beat> beats = result.telemetry().beats();
    return beats.isEmpty() ? 0 : beats.getFirst().second() - 1;
  }

  private static XYChart throughput(ChaosRun.Result result) {
    XYChart chart = chart(result, "Requests", "a second", 320);
    beats(chart, result, "acknowledged", beat -> beat.seen().done());
    beats(chart, result, "no answer", beat -> beat.seen().failed());
    mark(chart, result);
    return chart;
  }

  private static XYChart latency(ChaosRun.Result result) {
    XYChart chart = chart(result, "Time of what was acknowledged", "ms", 320);
    chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(1.0);
    beats(chart, result, "p99", beat -> Math.max(1, beat.seen().p99Millis()));
    beats(chart, result, "median", beat -> Math.max(1, beat.seen().medianMillis()));
    mark(chart, result);
    return chart;
  }

  private static void beats(
      XYChart chart, ChaosRun.Result result, String name, ToDoubleFunction<Telemetry.Beat> of) {
    List<Double> seconds = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (Telemetry.Beat beat : result.telemetry().beats()) {
      seconds.add(beat.second());
      values.add(of.applyAsDouble(beat));
    }
    add(chart, name, seconds, values);
  }

  private static void add(XYChart chart, String name, List<Double> x, List<Double> y) {
    if (!x.isEmpty()) chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }

  /** One lane for each kind of fault. */
  private static XYChart faults(ChaosRun.Result result) {
    XYChart chart = chart(result, "Faults, a lane for each kind", "", 300);
    chart.getStyler().setYAxisTicksVisible(false).setLegendVisible(true);
    double height = 0;
    for (Blow.Kind kind : Blow.Kind.values()) {
      height++;
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (Blow blow : result.struck()) {
        if (blow.kind() != kind) continue;
        double from = began(result) + blow.atMillis() / 1000.0;
        for (double at : new double[] {from, from + Math.max(0.3, blow.forMillis() / 1000.0)}) {
          x.add(at);
          y.add(height);
        }
        x.add(x.getLast() + 0.001);
        y.add(Double.NaN);
      }
      if (x.isEmpty()) continue;
      XYSeries lane = chart.addSeries(kind.text(), x, y);
      lane.setMarker(SeriesMarkers.NONE);
      lane.setLineStyle(new BasicStroke(6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    }
    return chart;
  }

  private static XYChart healing(ChaosRun.Result result) {
    XYChart chart = chart(result, "Healing", "", 260);
    List<Double> seconds = new ArrayList<>();
    List<Double> missing = new ArrayList<>();
    List<Double> up = new ArrayList<>();
    List<Double> leader = new ArrayList<>();
    for (Telemetry.Moment moment : result.telemetry().moments()) {
      seconds.add(moment.second());
      missing.add((double) moment.missing());
      up.add((double) moment.up());
      leader.add((double) moment.leader());
    }
    add(chart, "blocks missing", seconds, missing);
    add(chart, "nodes up", seconds, up);
    add(chart, "leader", seconds, leader);
    mark(chart, result);
    return chart;
  }

  private static XYChart memory(ChaosRun.Result result) {
    XYChart chart = chart(result, "Resident memory of the nodes", "MiB", 260);
    for (int node : result.telemetry().nodes()) {
      List<Double> seconds = new ArrayList<>();
      List<Double> mebibytes = new ArrayList<>();
      for (Telemetry.Sample sample : result.telemetry().samples(node)) {
        seconds.add(sample.second());
        mebibytes.add(sample.residentBytes() / MEBIBYTE);
      }
      add(chart, "n" + node, seconds, mebibytes);
    }
    return chart;
  }

  /**
   * What the nodes took before the faults, at most, and at the end; of those that joined, the most.
   */
  static String resources(ChaosRun.Result result) {
    StringBuilder table =
        new StringBuilder(
            """
            | node | resident MiB: before / most / end | open files | threads | disk MiB |
            |---|---:|---:|---:|---:|
            """);
    for (int node : result.telemetry().nodes()) {
      if (node <= result.options().nodes()) row(table, "n" + node, of -> span(result, node, of));
    }
    if (result.telemetry().nodes().size() > result.options().nodes()) {
      row(table, "joined", of -> String.format(Locale.ROOT, "%.0f", mostOfJoined(result, of)));
    }
    return table.toString();
  }

  private static void row(
      StringBuilder table, String name, Function<ToDoubleFunction<Telemetry.Sample>, String> span) {
    table.append("| ").append(name);
    List<ToDoubleFunction<Telemetry.Sample>> columns =
        List.of(
            sample -> sample.residentBytes() / MEBIBYTE,
            Telemetry.Sample::files,
            Telemetry.Sample::threads,
            sample -> sample.diskBytes() / MEBIBYTE);
    columns.forEach(column -> table.append(" | ").append(span.apply(column)));
    table.append(" |\n");
  }

  private static double mostOfJoined(
      ChaosRun.Result result, ToDoubleFunction<Telemetry.Sample> of) {
    return result.telemetry().nodes().stream()
        .filter(node -> node > result.options().nodes())
        .mapToDouble(node -> result.telemetry().max(node, of))
        .max()
        .orElse(0);
  }

  private static String span(
      ChaosRun.Result result, int node, ToDoubleFunction<Telemetry.Sample> of) {
    Telemetry telemetry = result.telemetry();
    double began = began(result);
    return String.format(
        Locale.ROOT,
        "%.0f / %.0f / %.0f",
        telemetry.median(node, began, began + 4, of),
        telemetry.max(node, of),
        telemetry.median(node, result.endSecond() - 5, Double.MAX_VALUE, of));
  }

  private static String html(ChaosRun.Result result) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!doctype html><html lang="en"><meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Chaos</title>
        <style>body{font:15px/1.5 system-ui,sans-serif;max-width:1120px;margin:2em auto;padding:0 1em}
        img{width:100%;height:auto}pre{background:#f4f4f4;padding:1em;overflow:auto}
        .bad{color:#b00020}.good{color:#00684a}</style>
        """);
    boolean isKept = result.violations().isEmpty();
    page.append("<h1>Chaos: ").append(result.options().nodes()).append(" nodes, seed ");
    page.append(result.options().seed()).append("</h1>\n<p class=");
    page.append(isKept ? "good>No promise was broken." : "bad>Promises were broken.");
    page.append(
        String.format(
            Locale.ROOT,
            " %d faults in %d s, %d changes of leader; whole again %.1f s after the last.</p>%n",
            result.struck().size(),
            result.options().span().toSeconds(),
            result.telemetry().changesOfLeader(),
            result.healedSeconds()));
    if (!isKept) pre(page, "Broken", String.join("\n", result.violations()));
    for (String plot : List.of("throughput", "latency", "faults", "healing", "memory")) {
      page.append("<img src=").append(plot).append(".svg alt=\"").append(plot).append("\">\n");
    }
    page.append("<p>Red: a fault begins. Leader 0: none was known.</p>\n");
    pre(page, "What was done", result.totals().replaceAll("[{}]", "").replace(", ", "\n"));
    pre(page, "Resources", resources(result));
    pre(page, "Faults", String.join("\n", result.struck().stream().map(Blow::line).toList()));
    if (!result.notes().isEmpty()) pre(page, "Notes", String.join("\n", result.notes()));
    return page.append("</html>\n").toString();
  }

  private static void pre(StringBuilder page, String title, String text) {
    page.append("<h2>").append(title).append("</h2>\n<pre>");
    page.append(text.replace("&", "&amp;").replace("<", "&lt;")).append("</pre>\n");
  }
}
