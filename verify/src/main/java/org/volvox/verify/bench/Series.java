package org.volvox.verify.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Figures of several rounds: their median, quartile and range. */
public final class Series {
  private final List<Double> sorted = new ArrayList<>();

  public void add(double value) {
    sorted.add(value);
    Collections.sort(sorted);
  }

  public double median() {
    return at(0.5);
  }

  public double lowerQuartile() {
    return at(0.25);
  }

  public double upperQuartile() {
    return sorted.get((int) Math.ceil(0.75 * (sorted.size() - 1)));
  }

  /** What nine of ten do not exceed. */
  public double p90() {
    return sorted.get((int) Math.ceil(0.9 * sorted.size()) - 1);
  }

  public double sum() {
    return sorted.stream().mapToDouble(Double::doubleValue).sum();
  }

  public int size() {
    return sorted.size();
  }

  public List<Double> values() {
    return List.copyOf(sorted);
  }

  public double min() {
    return sorted.getFirst();
  }

  public double max() {
    return sorted.getLast();
  }

  /** Median, range and lower quartile in words. */
  public String spread() {
    return String.format(
        Locale.ROOT, "%.2f (%.2f to %.2f; %.2f)", median(), min(), max(), lowerQuartile());
  }

  private double at(double part) {
    return sorted.get((int) Math.floor(part * (sorted.size() - 1)));
  }
}
