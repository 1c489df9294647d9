package org.volvox.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Prints aligned columns, one record a line, without a line at the end of which spaces hang. */
public final class Table {
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Column titles; one that starts with {@code >} is set flush right. */
  public Table(String... titles) {
    List<String> head = new ArrayList<>();
    for (String title : titles) {
      right.add(title.startsWith(">"));
      head.add(title.startsWith(">") ? title.substring(1) : title);
    }
    rows.add(head);
  }

  public Table row(String... cells) {
    if (cells.length != right.size()) {
      throw new IllegalArgumentException(cells.length + " cells in " + right.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  public void print(PrintStream out) {
    int[] widths = new int[right.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - width(row.get(i)));
        line.append(i == 0 ? "" : "  ").append(right.get(i) ? pad + row.get(i) : row.get(i) + pad);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
