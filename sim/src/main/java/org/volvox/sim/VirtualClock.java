package org.volvox.sim;

import org.volvox.base.MonoTime;

/**
 * One machine's monotonic clock: its own start and its own rate, in whole nanoseconds for each
 * microsecond of the world's time (1,000 is exact, 950 to 1,050 drifts by 5 %).
 */
public record VirtualClock(long startNanos, int nanosPerMicro) {
  public static final VirtualClock EXACT = new VirtualClock(0, 1000);

  public VirtualClock {
    if (nanosPerMicro < 1) {
      throw new IllegalArgumentException("a clock must move: " + nanosPerMicro);
    }
  }

  public MonoTime at(int micros) {
    return new MonoTime(startNanos + (long) micros * nanosPerMicro);
  }

  /** The first microsecond of the world at which this clock shows {@code time} or later. */
  public int microsOf(MonoTime time) {
    long nanos = time.nanos() - startNanos;
    if (nanos <= 0) {
      return 0;
    }
    long micros = (nanos + nanosPerMicro - 1) / nanosPerMicro;
    return (int) Math.min(micros, Integer.MAX_VALUE);
  }
}
