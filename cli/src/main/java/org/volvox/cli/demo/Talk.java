package org.volvox.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.volvox.cli.Human;
import org.volvox.cli.Streams;
import org.volvox.cli.Table;

/**
 * The demonstration's words: a step's number and name, lines below it, and the table at the end.
 */
final class Talk {
  private static final int LABEL_CELLS = 58;

  private final Streams streams;
  private final List<List<String>> verified = new ArrayList<>();
  private String head = "";
  private int step;
  private String name = "";

  Talk(Streams streams) {
    this.streams = streams;
  }

  Streams streams() {
    return streams;
  }

  String name() {
    return name;
  }

  int step() {
    return step;
  }

  /** The next line begins with this step's number and name. */
  void begin(int number, String of) {
    step = number;
    name = of;
    head = number + " " + of + " ".repeat(Math.max(1, 8 - of.length()));
  }

  void line(String text) {
    print((head.isEmpty() ? " ".repeat(10) : head) + text);
    head = "";
  }

  /** A line with a time set flush right behind dots. */
  void timed(String text, Duration span) {
    String begun = "  " + text + " ";
    String dots = ".".repeat(Math.max(3, LABEL_CELLS - begun.length()));
    print(begun + dots + " " + Human.span(span));
  }

  void plain(String text) {
    print(text);
  }

  private void print(String text) {
    streams.out().println(text);
    streams.out().flush();
  }

  /** Notes what was verified, for the table at the end. */
  void verified(String what, String seen) {
    verified.add(List.of(Integer.toString(step), name, what, seen));
  }

  void printVerified() {
    Table table = new Table(">STEP", "", "VERIFIED", "SEEN");
    verified.forEach(row -> table.row(row.get(0), row.get(1), row.get(2), row.get(3)));
    table.print(streams.out());
    streams.out().flush();
  }
}
