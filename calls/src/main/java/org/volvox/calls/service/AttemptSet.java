package org.volvox.calls.service;

import java.util.function.IntConsumer;

/** Attempts of one call, by their numbers from 1; there are few. */
final class AttemptSet {
  /** Bit n is attempt n. */
  private long bits;

  /** Whether it was not in it. */
  boolean add(int attempt) {
    long before = bits;
    bits |= bit(attempt);
    return bits != before;
  }

  /** Whether it was in it. */
  boolean remove(int attempt) {
    boolean isIn = contains(attempt);
    if (isIn) {
      bits &= ~bit(attempt);
    }
    return isIn;
  }

  boolean contains(int attempt) {
    return attempt > 0 && attempt < Long.SIZE && (bits & bit(attempt)) != 0;
  }

  boolean isEmpty() {
    return bits == 0;
  }

  /** The lowest of some. */
  int first() {
    return Long.numberOfTrailingZeros(bits);
  }

  /** The highest of some. */
  int last() {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
  }

  void clear() {
    bits = 0;
  }

  /** From the lowest on. */
  void forEach(IntConsumer action) {
    for (long left = bits; left != 0; left &= left - 1) {
      action.accept(Long.numberOfTrailingZeros(left));
    }
  }

  private static long bit(int attempt) {
    if (attempt < 1 || attempt > InvocationPolicy.ATTEMPTS_MAX) {
      throw new IllegalArgumentException("attempt " + attempt);
    }
    return 1L << attempt;
  }
}
