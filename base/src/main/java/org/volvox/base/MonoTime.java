package org.volvox.base;

import java.time.Duration;

/** A monotonic instant in nanoseconds since an arbitrary start; comparable on one node only. */
public record MonoTime(long nanos) implements Comparable<MonoTime> {
  public static final MonoTime ZERO = new MonoTime(0);

  public MonoTime plus(Duration span) {
    return new MonoTime(nanos + span.toNanos());
  }

  public MonoTime plusNanos(long spanNanos) {
    return new MonoTime(nanos + spanNanos);
  }

  /** Nanoseconds from {@code earlier} to this. */
  public long nanosSince(MonoTime earlier) {
    return nanos - earlier.nanos;
  }

  public boolean isBefore(MonoTime other) {
    return nanos < other.nanos;
  }

  @Override
  public int compareTo(MonoTime other) {
    return Long.compare(nanos, other.nanos);
  }

  @Override
  public String toString() {
    return nanos / 1_000_000 + "ms";
  }
}
