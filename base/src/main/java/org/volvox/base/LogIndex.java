package org.volvox.base;

/** A place in the replicated log; the first entry has index 1, 0 means before the first. */
public record LogIndex(long value) implements Comparable<LogIndex> {
  public static final LogIndex ZERO = new LogIndex(0);

  public LogIndex {
    if (value < 0) {
      throw new IllegalArgumentException("negative log index: " + value);
    }
  }

  public LogIndex next() {
    return new LogIndex(value + 1);
  }

  public LogIndex plus(long count) {
    return new LogIndex(value + count);
  }

  /** The index before this one; not for zero. */
  public LogIndex previous() {
    return new LogIndex(value - 1);
  }

  public boolean isAfter(LogIndex other) {
    return value > other.value;
  }

  public boolean isBefore(LogIndex other) {
    return value < other.value;
  }

  @Override
  public int compareTo(LogIndex other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
