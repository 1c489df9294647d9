package org.volvox.consensus.quorum;

/**
 * Majorities of one to seven voters, even numbers included: any two of them share a voter. Called
 * by the consensus cores; pure arithmetic without state.
 */
public final class Majority {
  public static final int VOTERS_MAX = 7;

  private Majority() {}

  /** The smallest number of voters such that any two sets of it overlap. */
  public static int of(int voters) {
    if (voters < 1 || voters > VOTERS_MAX) {
      throw new IllegalArgumentException("not 1 to " + VOTERS_MAX + " voters: " + voters);
    }
    return voters / 2 + 1;
  }

  /**
   * Whether the voters whose bits are set in {@code voterBits} are a majority of {@code voters}.
   */
  public static boolean reached(int voterBits, int voters) {
    if (voterBits >>> voters != 0) {
      throw new IllegalArgumentException("bits " + voterBits + " of " + voters + " voters");
    }
    return Integer.bitCount(voterBits) >= of(voters);
  }

  /**
   * The greatest value that a majority has reached, given one value for each voter. The array is
   * the caller's scratch space and is left sorted.
   */
  public static long agreed(long[] values) {
    int needed = of(values.length);
    for (int i = 1; i < values.length; i++) {
      long value = values[i];
      int at = i;
      for (; at > 0 && values[at - 1] > value; at--) {
        values[at] = values[at - 1];
      }
      values[at] = value;
    }
    return values[values.length - needed];
  }
}
