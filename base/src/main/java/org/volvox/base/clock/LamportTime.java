package org.volvox.base.clock;

/**
 * A value of a Lamport clock (Lamport 1978, implementation rules IR1 and IR2). Local events, sends
 * and receives are all events: each moves the clock.
 */
public record LamportTime(long ticks) implements Comparable<LamportTime> {
  public static final LamportTime ZERO = new LamportTime(0);

  /** A received clock further ahead than this is refused unmerged. */
  public static final long AHEAD_TICKS_MAX = 1L << 40;

  public LamportTime {
    if (ticks < 0) {
      throw new IllegalArgumentException("negative Lamport clock: " + ticks);
    }
  }

  /** The clock of a local event or a send: C + 1. A send carries the result. */
  public LamportTime next() {
    return new LamportTime(ticks + 1);
  }

  /** The clock of a receive: max(C, received) + 1. */
  public LamportTime receive(LamportTime received) {
    return receive(received, ClockRules.PAPER);
  }

  /** As {@link #receive(LamportTime)}, with rules that may be broken. */
  public LamportTime receive(LamportTime received, ClockRules rules) {
    long known = rules.takesMaximum() ? Math.max(ticks, received.ticks) : ticks;
    return new LamportTime(rules.ticksOnReceive() ? known + 1 : known);
  }

  /** Whether a received clock is near enough to be merged. */
  public boolean accepts(LamportTime received) {
    return received.ticks - ticks <= AHEAD_TICKS_MAX;
  }

  @Override
  public int compareTo(LamportTime other) {
    return Long.compare(ticks, other.ticks);
  }

  @Override
  public String toString() {
    return Long.toString(ticks);
  }
}
