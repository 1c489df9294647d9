package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A plot of many systems under few loads: a panel for each load, a row for each system in it, with
 * its median as a dot, its range as a line with ends, and its median in figures. All panels have
 * the same logarithmic axis, so dots of different panels compare too.
 */
public final class RangePlot implements RaceReport.Figure {
  /**
   * One system under one load; what is not above zero is drawn at the least end of the axis.
   *
   * @param color as in CSS
   */
  public record Row(String name, String color, double median, double least, double most) {}

  /** One load. */
  public record Panel(String title, List<Row> rows) {
    public Panel {
      rows = List.copyOf(rows);
    }
  }

  static final int WIDTH = 1000;

  private static final int COLUMNS = 2;
  private static final int PANEL_WIDTH = WIDTH / COLUMNS;
  private static final int ROW_HEIGHT = 17;
  private static final int TITLE_HEIGHT = 40;
  private static final int PANEL_HEAD = 26;
  private static final int PANEL_FOOT = 48;

  /** Where the axis of a panel begins and ends, from the panel's left. */
  private static final int AXIS_FROM = 145;

  private static final int AXIS_TO = PANEL_WIDTH - 75;

  /** How each decade is divided. */
  private static final int[] STEPS = {1, 2, 5};

  /** An axis of more decades has figures at the powers of ten only. */
  private static final double DECADES_WITH_STEPS_MAX = 2;

  private static final double THOUSAND = 1e3;
  private static final double MILLION = 1e6;

  private final String title;
  private final String axis;
  private final List<Panel> panels;
  private final double from;
  private final double to;

  /**
   * @param axis what the figures are, with their unit
   */
  public RangePlot(String title, String axis, List<Panel> panels) {
    this.title = title;
    this.axis = axis;
    this.panels = List.copyOf(panels);
    double least = Math.min(extreme(Row::least, false), extreme(Row::median, false));
    double most = Math.max(extreme(Row::most, true), extreme(Row::median, true));
    this.from = stepAtMost(least);
    double end = stepAtLeast(most);
    this.to = end > from ? end : 10 * from;
  }

  /** The least or most figure above zero; 1 if there is none. */
  private double extreme(ToDoubleFunction<Row> figure, boolean isMost) {
    var figures =
        panels.stream()
            .flatMap(panel -> panel.rows().stream())
            .mapToDouble(figure)
            .filter(value -> value > 0);
    return (isMost ? figures.max() : figures.min()).orElse(1);
  }

  private static double stepAtMost(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double step = power;
    for (int each : STEPS) if (each * power <= value) step = each * power;
    return step;
  }

  private static double stepAtLeast(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (int each : STEPS) if (each * power >= value) return each * power;
    return 10 * power;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public void save(Path file) throws IOException {
    Files.writeString(file, svg());
  }

  /** The plot as an SVG document. */
  String svg() {
    int rows = panels.stream().mapToInt(panel -> panel.rows().size()).max().orElse(0);
    int panelHeight = PANEL_HEAD + rows * ROW_HEIGHT + PANEL_FOOT;
    int lines = (panels.size() + COLUMNS - 1) / COLUMNS;
    int height = TITLE_HEIGHT + lines * panelHeight;
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                + " font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#222\">\n",
            WIDTH,
            height,
            WIDTH,
            height));
    text.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    label(text, WIDTH / 2.0, 24, "font-size=\"15\" font-weight=\"600\" " + middle(), title);
    for (int number = 0; number < panels.size(); number++) {
      int left = number % COLUMNS * PANEL_WIDTH;
      int top = TITLE_HEIGHT + number / COLUMNS * panelHeight;
      panel(text, panels.get(number), left, top);
    }
    return text.append("</svg>\n").toString();
  }

  private void panel(StringBuilder text, Panel panel, int left, int top) {
    double center = left + (AXIS_FROM + AXIS_TO) / 2.0;
    double first = (double) top + PANEL_HEAD;
    double bottom = first + panel.rows().size() * ROW_HEIGHT;
    label(text, center, top + 16, "font-weight=\"600\" " + middle(), panel.title());
    for (double mark : marks(true)) {
      double x = left + x(mark);
      line(text, new double[] {x, first, x, bottom}, "stroke=\"#e4e4e4\"");
    }
    for (double mark : marks(Math.log10(to / from) <= DECADES_WITH_STEPS_MAX)) {
      double x = left + x(mark);
      label(text, x, bottom + 15, "font-size=\"11\" " + middle(), figure(mark));
    }
    label(text, center, bottom + 32, "font-size=\"11\" fill=\"#555\" " + middle(), axis);
    for (int number = 0; number < panel.rows().size(); number++) {
      row(text, panel.rows().get(number), left, first + (number + 0.5) * ROW_HEIGHT);
    }
  }

  private void row(StringBuilder text, Row row, int left, double y) {
    double least = left + x(row.least());
    double most = left + x(row.most());
    String stroke = "class=\"range\" stroke=\"" + row.color() + "\" stroke-width=\"1.6\"";
    line(text, new double[] {least, y, most, y}, stroke);
    line(text, new double[] {least, y - 4, least, y + 4}, stroke);
    line(text, new double[] {most, y - 4, most, y + 4}, stroke);
    text.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"median\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"%s\"/>%n",
            left + x(row.median()),
            y,
            row.color()));
    label(text, left + AXIS_FROM - 10.0, y + 4, "text-anchor=\"end\"", row.name());
    label(text, left + PANEL_WIDTH - 12.0, y + 4, "text-anchor=\"end\"", exact(row.median()));
  }

  private List<Double> marks(boolean hasSteps) {
    List<Double> marks = new ArrayList<>();
    double power = Math.pow(10, Math.floor(Math.log10(from)));
    for (; power <= to; power *= 10) {
      for (int step : STEPS) {
        double mark = step * power;
        boolean isShown = mark >= from && mark <= to && (hasSteps || step == 1);
        if (isShown) marks.add(mark);
      }
    }
    return marks;
  }

  /** From a panel's left. */
  private double x(double value) {
    double part = Math.log10(Math.max(from, value) / from) / Math.log10(to / from);
    return AXIS_FROM + part * (AXIS_TO - AXIS_FROM);
  }

  /** A mark of the axis: 500, 20k, 1M. */
  private static String figure(double value) {
    if (value >= MILLION) return String.format(Locale.ROOT, "%.0fM", value / MILLION);
    if (value >= THOUSAND) return String.format(Locale.ROOT, "%.0fk", value / THOUSAND);
    return value >= 1
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }

  private static String exact(double value) {
    return value >= 10
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String middle() {
    return "text-anchor=\"middle\"";
  }

  private static void label(
      StringBuilder text, double x, double y, String attributes, String label) {
    text.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" ", x, y));
    text.append(attributes).append('>');
    text.append(label.replace("&", "&amp;").replace("<", "&lt;")).append("</text>\n");
  }

  /** From the first two coordinates to the last two. */
  private static void line(StringBuilder text, double[] ends, String attributes) {
    text.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>%n",
            ends[0],
            ends[1],
            ends[2],
            ends[3],
            attributes));
  }
}
