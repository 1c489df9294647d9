package org.volvox.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last lines of what happened in a run. A run without a reader uses {@link #off}; the writer
 * asks {@link #isOn} before it builds a line, because building lines costs more than the run.
 */
public final class Trace {
  private final int linesMax;
  private final Deque<String> lines = new ArrayDeque<>();
  private long dropped;

  private Trace(int linesMax) {
    this.linesMax = linesMax;
  }

  public static Trace off() {
    return new Trace(0);
  }

  /** Keeps the last {@code linesMax} lines. */
  public static Trace last(int linesMax) {
    return new Trace(linesMax);
  }

  public boolean isOn() {
    return linesMax > 0;
  }

  public void add(int step, int micros, String who, String what) {
    if (!isOn()) {
      return;
    }
    if (lines.size() == linesMax) {
      lines.removeFirst();
      dropped++;
    }
    lines.addLast(pad(step, 6) + " " + pad(micros, 9) + "us " + who + " " + what);
  }

  public List<String> lines() {
    List<String> all = new ArrayList<>(lines.size() + 1);
    if (dropped > 0) {
      all.add("... " + dropped + " earlier lines dropped");
    }
    all.addAll(lines);
    return all;
  }

  private static String pad(int value, int width) {
    String text = Integer.toString(value);
    return text.length() >= width ? text : " ".repeat(width - text.length()) + text;
  }
}
