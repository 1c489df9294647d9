package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** The file of one race: tables, every round as CSV, conditions and plots. */
final class RaceReport {
  /**
   * What the file says besides figures.
   *
   * @param name of the files, without an ending
   * @param title of the page
   * @param command that made it
   */
  record Page(String name, String title, String command) {}

  private final Page page;
  private final RaceTable table;
  private final RaceOptions options;
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, XYChart> charts = new LinkedHashMap<>();

  RaceReport(Page page, RaceTable table, RaceOptions options) {
    this.page = page;
    this.table = table;
    this.options = options;
  }

  void condition(String text) {
    conditions.add(text);
  }

  /** Adds a plot; the ending tells its file from others of the page. */
  void chart(String ending, XYChart chart) {
    charts.put(page.name() + ending + ".svg", chart);
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder("# ").append(page.title()).append("\n\n`");
    text.append(page.command()).append("`, ").append(LocalDate.now(ZoneOffset.UTC)).append(": ");
    text.append(options.rounds()).append(" rounds of ").append(options.measured().toSeconds());
    text.append(
        " s each after 1 s that is not counted, all systems in each round, another first each time;"
            + " medians. All processes and clients share one machine of ");
    text.append(Runtime.getRuntime().availableProcessors());
    text.append(" CPUs, so only ratios mean something.\n\n");
    String verdict = table.verdict();
    if (!verdict.isEmpty()) text.append(verdict).append('\n');
    text.append(table.all()).append('\n');
    for (String condition : conditions) text.append("- ").append(condition).append('\n');
    text.append(
        "\nClients ask in closed loops, each for a key of its own, all in one JVM by each system's own client"
            + " library. CPU: user and kernel time of all server processes of the system, and of the clients' JVM,"
            + " by operation. Every round is in [");
    text.append(page.name()).append(".csv](").append(page.name()).append(".csv).\n");
    for (Map.Entry<String, XYChart> chart : charts.entrySet()) {
      text.append("\n![").append(chart.getValue().getTitle()).append("](");
      text.append(chart.getKey()).append(")\n");
      RacePlot.save(chart.getValue(), folder.resolve(chart.getKey()));
    }
    Files.writeString(folder.resolve(page.name() + ".md"), text);
    Files.writeString(folder.resolve(page.name() + ".csv"), table.csv());
  }
}
