package org.volvox.verify.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The table, the file and the plot of one run of the failover benchmark. */
final class FailoverReport {
  private static final Color OURS = new Color(0x009E73);
  private static final Color THEIRS = new Color(0xD55E00);

  /** Where a kind's dots lie beside its place on the axis, and how far they spread. */
  private static final double ASIDE = 0.18;

  private static final double SPREAD = 0.2;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final List<Death> KINDS = List.of(Death.values());

  private final FailoverResults results;
  private final List<String> systems;

  /** The first system is ours. */
  FailoverReport(FailoverResults results, List<String> systems) {
    this.results = results;
    this.systems = systems;
  }

  /** As people read it on a terminal, and as Markdown. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append("| the leader's end | system | deaths | gap at the survivors, ms: median / p90 /")
        .append(" worst | gap of clients of the dead one, ms | slowest acknowledged write, ms |")
        .append(" failed writes |\n")
        .append("|---|---|---:|---:|---:|---:|---:|\n");
    for (Death death : Death.values()) {
      for (String system : systems) {
        if (!results.of(death, system).isEmpty()) text.append(row(death, system));
      }
    }
    return text.toString();
  }

  private String row(Death death, String system) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %s | %s | %s | %.0f |%n",
        death.text(),
        system,
        results.of(death, system).size(),
        spread(millis(death, system, FailoverLoad.Seen::gapNanos)),
        spread(millis(death, system, FailoverLoad.Seen::movingNanos)),
        spread(millis(death, system, FailoverLoad.Seen::slowestNanos)),
        results.series(death, system, seen -> (double) seen.failed()).sum());
  }

  private Series millis(Death death, String system, ToLongFunction<FailoverLoad.Seen> nanos) {
    return results.series(death, system, seen -> nanos.applyAsLong(seen) / NANOS_PER_MILLI);
  }

  private static String spread(Series millis) {
    return String.format(
        Locale.ROOT, "%.0f / %.0f / %.0f", millis.median(), millis.p90(), millis.max());
  }

  void write(Path folder, List<String> conditions) throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder("# What clients see when the leader dies, 3 nodes\n\n");
    text.append("`./dev bench failover`, ").append(LocalDate.now(ZoneOffset.UTC));
    text.append(
        ": each kind of death in one run in which both systems take turns. All processes share one machine of ");
    text.append(Runtime.getRuntime().availableProcessors());
    text.append(" CPUs.\n\n").append(table());
    text.append(
        """

        A gap is the longest time in which a client had no write acknowledged, of the worst client. Two
        clients enter through each surviving node only; one more had entered through the dying one and
        may go elsewhere. Each begins a write of 256 bytes every 5 ms, whatever became of the earlier ones,
        and gives each 5 s. One that does not move within 5 s is waited for no longer. Between two deaths they
        write for 5 s with all members there.

        Each node is on a machine of its own (network namespaces on a bridge), the clients on another. "Cut
        off" detaches the leader's machine from the bridge: no packet passes either way and none is reset.

        """);
    for (String condition : conditions) text.append("- ").append(condition).append('\n');
    text.append("\nAll deaths are in [failover.csv](failover.csv).\n\n![failover](failover.svg)\n");
    Files.writeString(folder.resolve("failover.md"), text);
    plot(folder.resolve("failover.svg"));
  }

  private void plot(Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(760)
            .height(460)
            .title("Time without an acknowledged write when the leader dies, 3 nodes")
            .xAxisTitle(axis())
            .yAxisTitle("ms")
            .build();
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
        .setYAxisLogarithmic(true)
        .setYAxisMin(10.0)
        .setXAxisMin(0.0)
        .setXAxisMax(KINDS.size() + 1.0)
        .setXAxisTickMarkSpacingHint(100)
        .setToolTipsEnabled(false);
    dots(chart, systems.getFirst(), OURS, -ASIDE);
    dots(chart, systems.getLast(), THEIRS, ASIDE);
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }

  /** The axis has numbers only, each a kind. */
  private static String axis() {
    StringBuilder title = new StringBuilder("one dot for each death;");
    for (int kind = 0; kind < KINDS.size(); kind++) {
      title.append("   ").append(kind + 1).append(": ").append(KINDS.get(kind).text());
    }
    return title.toString();
  }

  private void dots(XYChart chart, String system, Color color, double aside) {
    List<Double> places = new ArrayList<>();
    List<Double> gaps = new ArrayList<>();
    for (int kind = 0; kind < KINDS.size(); kind++) {
      List<Double> values = millis(KINDS.get(kind), system, FailoverLoad.Seen::gapNanos).values();
      for (int i = 0; i < values.size(); i++) {
        places.add(kind + 1 + aside + SPREAD * ((double) i / values.size() - 0.5));
        gaps.add(values.get(i));
      }
    }
    if (places.isEmpty()) return;
    XYSeries series = chart.addSeries(system, places, gaps);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }
}
