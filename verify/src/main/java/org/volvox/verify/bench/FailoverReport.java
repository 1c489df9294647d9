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

  private final FailoverSide ours;
  private final FailoverSide theirs;
  private final List<Death> deaths;

  FailoverReport(FailoverSide ours, FailoverSide theirs, List<Death> deaths) {
    this.ours = ours;
    this.theirs = theirs;
    this.deaths = deaths;
  }

  /** As people read it on a terminal, and as Markdown. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append("| the leader's end | system | deaths | gap at the survivors, ms: median / p90 /")
        .append(" worst | gap of clients of the dead one, ms | slowest acknowledged write, ms |")
        .append(" failed writes |\n")
        .append("|---|---|---:|---:|---:|---:|---:|\n");
    for (Death death : deaths) {
      for (FailoverSide side : List.of(ours, theirs)) {
        FailoverSide.Gaps gaps = side.gaps(death);
        if (gaps.survivors().size() > 0) text.append(row(death, side.name(), gaps));
      }
    }
    return text.toString();
  }

  private static String row(Death death, String name, FailoverSide.Gaps gaps) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %s | %s | %s | %.0f |%n",
        death.text(),
        name,
        gaps.survivors().size(),
        spread(gaps.survivors()),
        spread(gaps.moving()),
        spread(gaps.slowest()),
        gaps.failed().sum());
  }

  private static String spread(Series millis) {
    return String.format(
        Locale.ROOT, "%.0f / %.0f / %.0f", millis.median(), millis.p90(), millis.max());
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder("# What clients see when the leader dies, 3 nodes\n\n");
    text.append("`./dev bench failover`, ").append(LocalDate.now(ZoneOffset.UTC));
    text.append(
        ": deaths of both systems alternate in one run. All processes share one machine of ");
    text.append(Runtime.getRuntime().availableProcessors());
    text.append(" CPUs.\n\n").append(table());
    text.append(
        """

        A gap is the longest time in which a client had no write acknowledged, of the worst client. Two
        clients enter through each surviving node only; one more had entered through the dying one and
        may go elsewhere. Each begins a write of 256 bytes every 5 ms, whatever became of the earlier ones,
        and gives each 5 s. One that does not move within 5 s is waited for no longer.

        Each node is on a machine of its own (network namespaces on a bridge), the clients on another. "Cut
        off" detaches the leader's machine from the bridge: no packet passes either way and none is reset.

        """);
    for (FailoverSide side : List.of(ours, theirs)) {
      text.append("- ").append(side.conditions()).append('\n');
    }
    text.append("\n![failover](failover.svg)\n");
    Files.writeString(folder.resolve("failover.md"), text);
    plot(folder.resolve("failover.svg"));
  }

  private void plot(Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(760)
            .height(460)
            .title("Time without an acknowledged write when the leader dies, 3 nodes")
            .xAxisTitle("the leader's end; one dot for each death")
            .yAxisTitle("ms")
            .build();
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
        .setYAxisLogarithmic(true)
        .setYAxisMin(1.0)
        .setXAxisMin(0.4)
        .setXAxisMax(deaths.size() + 0.6)
        .setXAxisTickMarkSpacingHint(150)
        .setToolTipsEnabled(false);
    chart.setCustomXAxisTickLabelsFormatter(this::label);
    dots(chart, ours, OURS, -ASIDE);
    dots(chart, theirs, THEIRS, ASIDE);
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }

  private String label(double place) {
    int at = (int) Math.round(place);
    boolean isKind = Math.abs(place - at) < 0.01 && at >= 1 && at <= deaths.size();
    return isKind ? deaths.get(at - 1).text() : "";
  }

  private void dots(XYChart chart, FailoverSide side, Color color, double aside) {
    List<Double> places = new ArrayList<>();
    List<Double> gaps = new ArrayList<>();
    for (int kind = 0; kind < deaths.size(); kind++) {
      List<Double> values = side.gaps(deaths.get(kind)).survivors().values();
      for (int i = 0; i < values.size(); i++) {
        places.add(kind + 1 + aside + SPREAD * ((double) i / values.size() - 0.5));
        gaps.add(values.get(i));
      }
    }
    XYSeries series = chart.addSeries(side.name(), places, gaps);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }
}
