package org.volvox.base;

/**
 * A wall-clock instant, milliseconds since 1970-01-01T00:00Z; enters cores only as data, never read
 * by them.
 */
public record WallTime(long millis) implements Comparable<WallTime> {

  @Override
  public int compareTo(WallTime other) {
    return Long.compare(millis, other.millis);
  }

  @Override
  public String toString() {
    return Long.toString(millis);
  }
}
