package org.volvox.verify.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts what the clients saw, second by second and in all, and keeps what must not have been. */
final class LoadStats {
  private final Map<String, Integer> totals = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<Double> millis = new ArrayList<>();
  private int failed;

  /** One second: what succeeded, what did not, and how long what succeeded took. */
  record Second(int done, int failed, double medianMillis, double p99Millis) {
    String line() {
      return String.format(
          Locale.ROOT, "second %d %d %.2f %.2f", done, failed, medianMillis, p99Millis);
    }

    static Second parse(String line) {
      String[] words = line.split(" ", -1);
      return new Second(
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Double.parseDouble(words[3]),
          Double.parseDouble(words[4]));
    }
  }

  synchronized void done(String what, long nanos) {
    totals.merge(what, 1, Integer::sum);
    millis.add(nanos / 1e6);
  }

  /** Something that may fail while there are faults, and did. */
  synchronized void failed(String what) {
    totals.merge(what + " without answer", 1, Integer::sum);
    failed++;
  }

  synchronized void count(String what, int more) {
    totals.merge(what, more, Integer::sum);
  }

  synchronized void violation(String what) {
    violations.add(what);
  }

  /** Violations that nobody took yet. */
  synchronized List<String> takeViolations() {
    List<String> taken = List.copyOf(violations);
    violations.clear();
    return taken;
  }

  synchronized Second takeSecond() {
    Collections.sort(millis);
    Second second = new Second(millis.size(), failed, at(0.5), at(0.99));
    millis.clear();
    failed = 0;
    return second;
  }

  private double at(double part) {
    return millis.isEmpty() ? 0 : millis.get((int) (part * (millis.size() - 1)));
  }

  synchronized String totals() {
    return totals.toString();
  }

  synchronized int total(String what) {
    return totals.getOrDefault(what, 0);
  }
}
