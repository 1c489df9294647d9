package org.volvox.base.clock;

/** One event: the {@code seq}-th of its origin, counted from 1. */
public record EventId(Origin origin, long seq) {
  @Override
  public String toString() {
    return origin + "." + seq;
  }
}
