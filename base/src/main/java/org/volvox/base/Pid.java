package org.volvox.base;

/** A process of the cluster; ids are cluster-wide and never reused. */
public record Pid(long value) implements Comparable<Pid> {
  public Pid {
    if (value < 1) {
      throw new IllegalArgumentException("process id below 1: " + value);
    }
  }

  @Override
  public int compareTo(Pid other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
