package org.volvox.base;

/** A probability or share as a fraction; pure code decides nothing by floating point. */
public record Ratio(int numerator, int denominator) {
  public static final Ratio ZERO = new Ratio(0, 1);

  public Ratio {
    if (denominator < 1 || numerator < 0 || numerator > denominator) {
      throw new IllegalArgumentException("not a ratio: " + numerator + "/" + denominator);
    }
  }
}
