package org.volvox.sim.disk;

import org.volvox.base.Prng;
import org.volvox.base.Ratio;

/**
 * How bad a disk is, drawn once for a run: what share of un-synced sectors a crash takes (80 to 100
 * %), what share of those is torn rather than lost, how much fits, how long a sync takes.
 */
public record DiskOptions(
    Ratio crashTakes, Ratio tornOfTaken, long capacityBytes, int syncMicrosMin, int syncMicrosMax) {
  /** Loses all that is not synced, never tears; for scenarios. */
  public static final DiskOptions PLAIN =
      new DiskOptions(new Ratio(1, 1), Ratio.ZERO, 1L << 40, 500, 500);

  public static DiskOptions draw(Prng prng) {
    int slow = prng.below(4) == 0 ? 40_000 : 3_000;
    return new DiskOptions(
        new Ratio(prng.between(80, 100), 100),
        new Ratio(prng.between(0, 50), 100),
        1L << 40,
        50,
        prng.between(60, slow));
  }
}
