package org.volvox.verify.fallacies;

import java.time.Duration;

/**
 * How a command or call ended. {@code mayTake} is the latest that it may, and one that had to be
 * killed later than that {@code isHanging}.
 */
record Ran(int code, String out, String err, Duration span, Duration mayTake, boolean isHanging) {
  boolean isLate() {
    return isHanging || span.compareTo(mayTake) > 0;
  }

  /** All that it said, for a report. */
  String told() {
    return "exit code "
        + code
        + " after "
        + span.toMillis()
        + " ms\n  out: "
        + brief(out)
        + "\n  err: "
        + brief(err);
  }

  private static String brief(String text) {
    String shown = text.strip();
    return shown.length() > 1500 ? shown.substring(0, 1500) + "..." : shown;
  }
}
