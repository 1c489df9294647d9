package org.volvox.base;

/**
 * xoshiro128** 1.1 (Blackman and Vigna 2018) on int, seeded by SplitMix32 steps. The same seed
 * gives the same numbers on every JVM and in JavaScript; golden values freeze it.
 */
public final class Prng {
  private int s0;
  private int s1;
  private int s2;
  private int s3;
  private int splitMix;

  public Prng(int seed) {
    splitMix = seed;
    s0 = nextSplitMix();
    s1 = nextSplitMix();
    s2 = nextSplitMix();
    s3 = nextSplitMix();
    if ((s0 | s1 | s2 | s3) == 0) {
      s0 = 1; // The all-zero state is the generator's one fixed point.
    }
  }

  /** The next 32 random bits. */
  public int nextInt() {
    int result = Integer.rotateLeft(s1 * 5, 7) * 9;
    int shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = Integer.rotateLeft(s3, 11);
    return result;
  }

  /** A number from 0 (inclusive) to {@code bound} (exclusive), without bias. */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound below 1: " + bound);
    }
    while (true) {
      int bits = nextInt() >>> 1;
      int value = bits % bound;
      if (bits - value + (bound - 1) >= 0) {
        return value;
      }
    }
  }

  /** A number from {@code from} to {@code to}, both inclusive. */
  public int between(int from, int to) {
    return from + below(to - from + 1);
  }

  public boolean chance(Ratio ratio) {
    return below(ratio.denominator()) < ratio.numerator();
  }

  /** A generator of its own stream, drawn from this one. */
  public Prng fork() {
    return new Prng(nextInt());
  }

  private int nextSplitMix() {
    splitMix += 0x9E3779B9;
    int z = splitMix;
    z = (z ^ (z >>> 16)) * 0x85EBCA6B;
    z = (z ^ (z >>> 13)) * 0xC2B2AE35;
    return z ^ (z >>> 16);
  }
}
