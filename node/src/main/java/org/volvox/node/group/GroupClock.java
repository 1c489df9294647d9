package org.volvox.node.group;

import org.volvox.base.MonoTime;

/** The monotonic time of a node's cores; it begins at one second, so that zero can mean never. */
public final class GroupClock {
  private static final long BEGIN_NANOS = 1_000_000_000L;
  private final long startNanos = System.nanoTime();

  public MonoTime now() {
    return new MonoTime(System.nanoTime() - startNanos + BEGIN_NANOS);
  }
}
