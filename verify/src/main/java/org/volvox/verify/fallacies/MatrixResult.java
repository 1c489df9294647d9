package org.volvox.verify.fallacies;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What came of all rows under all faults. */
public final class MatrixResult {
  private final long seed;
  private final Cells cells;
  private final Duration span;

  /** By fault and row, and the effects that came or went after all. */
  record Cells(Map<Fault, Map<String, Cell>> byFault, List<String> late) {
    Cells {
      byFault = Map.copyOf(byFault);
      late = List.copyOf(late);
    }
  }

  private MatrixResult(long seed, Cells cells, Duration span) {
    this.seed = seed;
    this.cells = cells;
    this.span = span;
  }

  static MatrixResult of(long seed, Cells cells, long begunNanos) {
    return new MatrixResult(seed, cells, Duration.ofNanos(System.nanoTime() - begunNanos));
  }

  MatrixResult print(PrintStream out) {
    StringBuilder head = new StringBuilder(String.format("%-32s", ""));
    for (Fault fault : Fault.values()) head.append(String.format("%-15s", fault.title()));
    out.println(head.toString().stripTrailing());
    for (Row row : Rows.all()) {
      boolean isCall = row.command().equals(Row.CALLS);
      String title = (isCall ? "program: " : "") + row.title();
      StringBuilder line = new StringBuilder(String.format("%-32s", title));
      boolean isThere = false;
      for (Fault fault : Fault.values()) {
        Cell cell = cells.byFault().getOrDefault(fault, Map.of()).get(row.title());
        isThere |= cell != null;
        line.append(String.format("%-15s", cell == null ? "-" : cell.shown()));
      }
      if (isThere) out.println(line.toString().stripTrailing());
    }
    LocalRows.LEFT_OUT.forEach((command, why) -> out.println("no row for " + command + ": " + why));
    cells.late().forEach(text -> out.println("VIOLATION " + text));
    out.println(summary());
    return this;
  }

  /** The last line. */
  public String summary() {
    return "fallacies: "
        + all().size()
        + " cells, "
        + count(Cell.Kind.RIGHT)
        + " right, "
        + count(Cell.Kind.DOCUMENTED)
        + " documented errors, "
        + violations().size()
        + " violations, in "
        + span.toSeconds()
        + " s (seed "
        + seed
        + ")";
  }

  private List<Cell> all() {
    return cells.byFault().values().stream().flatMap(column -> column.values().stream()).toList();
  }

  private long count(Cell.Kind kind) {
    return all().stream().filter(cell -> cell.kind() == kind).count();
  }

  /** How many cells of a network that resets connections are right all the same, in percent. */
  public long percentRightUnderResets() {
    Map<String, Cell> column = cells.byFault().getOrDefault(Fault.RESETS, Map.of());
    long right = column.values().stream().filter(c -> c.kind() == Cell.Kind.RIGHT).count();
    return column.isEmpty() ? 0 : 100 * right / column.size();
  }

  /** How many cells there are. */
  public int size() {
    return all().size();
  }

  /** All that must not be, each with what was said. */
  public List<String> violations() {
    List<String> found = new ArrayList<>(cells.late());
    all().stream()
        .filter(cell -> cell.kind() == Cell.Kind.VIOLATION)
        .map(Cell::text)
        .forEach(found::add);
    return found;
  }
}
