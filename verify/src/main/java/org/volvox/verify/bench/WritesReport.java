package org.volvox.verify.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;

/** The table, the file and the plot of one run of the writes benchmark. */
final class WritesReport {
  private static final Color OURS = new Color(0x009E73);
  private static final Color THEIRS = new Color(0xD55E00);

  private final Map<Integer, WritesBench.Comparison> results;
  private final int rounds;
  private final Duration measured;
  private final List<String> conditions;

  WritesReport(
      Map<Integer, WritesBench.Comparison> results,
      int rounds,
      Duration measured,
      List<String> conditions) {
    this.results = results;
    this.rounds = rounds;
    this.measured = measured;
    this.conditions = conditions;
  }

  /** As people read it on a terminal, and as Markdown. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append("| clients | volvox writes/s | etcd writes/s | ratio (range; lower quartile) |")
        .append(" p50 ms, volvox / etcd | p99 ms, volvox / etcd |\n")
        .append("|---:|---:|---:|---:|---:|---:|\n");
    results.forEach((clients, result) -> text.append(row(clients, result)));
    return text.toString();
  }

  private static String row(int clients, WritesBench.Comparison result) {
    return String.format(
        Locale.ROOT,
        "| %d | %.0f | %.0f | %.2f (%.2f to %.2f; %.2f) | %.2f / %.2f | %.2f / %.2f |%n",
        clients,
        result.ours().rate().median(),
        result.theirs().rate().median(),
        result.ratio().median(),
        result.ratio().min(),
        result.ratio().max(),
        result.ratio().lowerQuartile(),
        result.ours().p50().median(),
        result.theirs().p50().median(),
        result.ours().p99().median(),
        result.theirs().p99().median());
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder("# Durable writes of 256 bytes, 3 nodes\n\n");
    text.append("`./dev bench writes`, ").append(LocalDate.now(ZoneOffset.UTC)).append(": ");
    text.append(rounds).append(" alternating rounds of ").append(measured.toSeconds());
    text.append(
        " s each after 1 s of warm-up; medians. All processes and clients share one machine of ");
    text.append(Runtime.getRuntime().availableProcessors());
    text.append(" CPUs, so only the ratio means something.\n\n").append(table()).append('\n');
    for (String condition : conditions) text.append("- ").append(condition).append('\n');
    text.append(
        "\nClients write in closed loops, each to a key of its own, over three connections, one to each node.");
    text.append("\n\n![writes](writes.svg)\n");
    Files.writeString(folder.resolve("writes.md"), text);
    plot(folder.resolve("writes.svg"));
  }

  private void plot(Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(760)
            .height(460)
            .title("Durable 256-byte writes, 3 nodes (median and range)")
            .xAxisTitle("clients")
            .yAxisTitle("writes a second")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setToolTipsEnabled(false);
    line(chart, "volvox", OURS, WritesBench.Comparison::ours);
    line(chart, "etcd", THEIRS, WritesBench.Comparison::theirs);
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }

  private void line(
      XYChart chart,
      String name,
      Color color,
      Function<WritesBench.Comparison, WritesBench.Figures> side) {
    List<Double> clients = new ArrayList<>();
    List<Double> medians = new ArrayList<>();
    List<Double> spreads = new ArrayList<>();
    results.forEach((count, result) -> {
      Series rate = side.apply(result).rate();
      clients.add((double) count);
      medians.add(rate.median());
      spreads.add((rate.max() - rate.min()) / 2);
    });
    XYSeries series = chart.addSeries(name, clients, medians, spreads);
    series.setMarkerColor(color);
    series.setLineColor(color);
  }
}
