package org.volvox.node;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.volvox.base.WallTime;

/**
 * The wall time that a leader puts on commands: never behind what the replicated state has seen,
 * and from there at least as fast as real time. So a clock that jumped ahead and came back moves
 * what is due later once, and does not make it wait until the real time is there too. Thread-safe.
 */
final class StampClock implements Supplier<WallTime> {
  private static final long LOOK_EVERY_NANOS = 1_000_000_000L;
  private static final long NANOS_OF_MILLI = 1_000_000L;

  private final Supplier<WallTime> wall;
  private final LongSupplier nanos;
  private final Supplier<WallTime> ofState;
  private long millis = Long.MIN_VALUE;
  private long atNanos;
  private long lookedNanos;

  /**
   * @param wall the machine's clock
   * @param nanos monotonic
   * @param ofState the latest time that the state has seen
   */
  StampClock(Supplier<WallTime> wall, LongSupplier nanos, Supplier<WallTime> ofState) {
    this.wall = wall;
    this.nanos = nanos;
    this.ofState = ofState;
  }

  @Override
  public synchronized WallTime get() {
    long now = nanos.getAsLong();
    if (millis == Long.MIN_VALUE || now - lookedNanos >= LOOK_EVERY_NANOS) {
      lookedNanos = now;
      raise(ofState.get().millis(), now);
    }
    raise(wall.get().millis(), now);
    return new WallTime(passed(now));
  }

  private void raise(long least, long now) {
    if (millis == Long.MIN_VALUE || least > passed(now)) {
      millis = least;
      atNanos = now;
    }
  }

  private long passed(long now) {
    return millis + (now - atNanos) / NANOS_OF_MILLI;
  }
}
