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
import org.knowm.xchart.internal.chartpart.Chart;

/** The file of one race: tables, every round as CSV, conditions and plots. */
public final class RaceReport {
  /**
   * What the file says besides figures.
   *
   * @param name of the files, without an ending
   * @param title of the page
   * @param command that made it
   * @param clients who asks, and what is counted
   */
  public record Page(String name, String title, String command, String clients) {}

  /** What is told of all rounds. */
  public interface Tables {
    /** What it comes to; may be empty. */
    String verdict();

    /** Every system at every point. */
    String all();

    /** Every round. */
    String csv();
  }

  /** A plot that a page shows. */
  public interface Figure {
    String title();

    /** Writes it as SVG. */
    void save(Path file) throws IOException;
  }

  /** Who asks in a race. */
  static final String CLIENTS =
      "Clients ask in closed loops, each for a key of its own, all in one JVM by each system's own client"
          + " library. CPU: user and kernel time of all server processes of the system, and of the clients' JVM,"
          + " by operation.";

  private final Page page;
  private final Tables table;
  private final RaceOptions options;
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, Figure> figures = new LinkedHashMap<>();

  public RaceReport(Page page, Tables table, RaceOptions options) {
    this.page = page;
    this.table = table;
    this.options = options;
  }

  public void condition(String text) {
    conditions.add(text);
  }

  /** Adds a plot; the ending tells its file from others of the page. */
  void chart(String ending, Chart<?, ?> chart) {
    figure(
        ending,
        new Figure() {
          @Override
          public String title() {
            return chart.getTitle();
          }

          @Override
          public void save(Path file) throws IOException {
            RacePlot.save(chart, file);
          }
        });
  }

  /** The same with one of another kind. */
  public void figure(String ending, Figure figure) {
    figures.put(page.name() + ending + ".svg", figure);
  }

  public void write(Path folder) throws IOException {
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
    text.append("\n").append(page.clients()).append(" Every round is in [");
    text.append(page.name()).append(".csv](").append(page.name()).append(".csv).\n");
    for (Map.Entry<String, Figure> figure : figures.entrySet()) {
      text.append("\n![").append(figure.getValue().title()).append("](");
      text.append(figure.getKey()).append(")\n");
      figure.getValue().save(folder.resolve(figure.getKey()));
    }
    Files.writeString(folder.resolve(page.name() + ".md"), text);
    Files.writeString(folder.resolve(page.name() + ".csv"), table.csv());
  }
}
