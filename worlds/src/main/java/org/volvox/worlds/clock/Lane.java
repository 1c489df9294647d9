package org.volvox.worlds.clock;

import org.volvox.base.clock.Origin;

/**
 * A line of the diagram: whose events are on it, and from when to when it was there. A node that
 * never left has {@code removedAt} {@link #NEVER}.
 */
public record Lane(Origin origin, int joinedAt, int removedAt) {
  public static final int NEVER = Integer.MAX_VALUE;

  @Override
  public String toString() {
    return origin.toString();
  }
}
