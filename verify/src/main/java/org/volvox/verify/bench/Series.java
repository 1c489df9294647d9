package org.volvox.verify.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Figures of several rounds: their median, quartile and range. */
final class Series {
  private final List<Double> sorted = new ArrayList<>();

  void add(double value) {
    sorted.add(value);
    Collections.sort(sorted);
  }

  double median() {
    return at(0.5);
  }

  double lowerQuartile() {
    return at(0.25);
  }

  /** What nine of ten do not exceed. */
  double p90() {
    return sorted.get((int) Math.ceil(0.9 * sorted.size()) - 1);
  }

  double sum() {
    return sorted.stream().mapToDouble(Double::doubleValue).sum();
  }

  int size() {
    return sorted.size();
  }

  List<Double> values() {
    return List.copyOf(sorted);
  }

  double min() {
    return sorted.getFirst();
  }

  double max() {
    return sorted.getLast();
  }

  private double at(double part) {
    return sorted.get((int) Math.floor(part * (sorted.size() - 1)));
  }
}
