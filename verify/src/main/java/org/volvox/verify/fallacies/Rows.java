package org.volvox.verify.fallacies;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.volvox.cli.Main;

/** All rows, and whether each command of the command table has one. */
public final class Rows {
  private Rows() {}

  static List<Row> all() {
    List<Row> rows = new ArrayList<>(FileRows.all());
    rows.addAll(ProcessRows.all());
    rows.addAll(ClusterRows.all());
    rows.addAll(KeyRows.all());
    rows.addAll(ServiceRows.all());
    rows.addAll(LocalRows.all());
    return rows;
  }

  /** Commands of the table with neither a row nor a reason, and rows of no command. */
  public static List<String> unmatched() {
    TreeSet<String> commands = new TreeSet<>(Main.commands());
    TreeSet<String> rows = new TreeSet<>(LocalRows.LEFT_OUT.keySet());
    all().forEach(row -> rows.add(row.command()));
    rows.remove(Row.CALLS);
    TreeSet<String> unmatched = new TreeSet<>(commands);
    unmatched.removeAll(rows);
    rows.removeAll(commands);
    unmatched.addAll(rows);
    return List.copyOf(unmatched);
  }
}
