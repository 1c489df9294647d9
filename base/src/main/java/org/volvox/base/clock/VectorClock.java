package org.volvox.base.clock;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A vector clock (Fidge 1988, Mattern 1989): for each origin, how many of its events are known. An
 * origin that is not named counts 0. Immutable.
 */
public record VectorClock(SortedMap<Origin, Long> counts) {
  public static final VectorClock ZERO = new VectorClock(new TreeMap<>());

  /** How one event stands to another. */
  public enum Order {
    EQUAL,
    BEFORE,
    AFTER,
    CONCURRENT
  }

  public VectorClock {
    SortedMap<Origin, Long> copy = new TreeMap<>();
    for (Map.Entry<Origin, Long> entry : counts.entrySet()) {
      if (entry.getValue() < 0) {
        throw new IllegalArgumentException("negative count: " + entry);
      }
      if (entry.getValue() > 0) {
        copy.put(entry.getKey(), entry.getValue());
      }
    }
    counts = copy;
  }

  /** A copy of the counts above 0. */
  @Override
  public SortedMap<Origin, Long> counts() {
    return new TreeMap<>(counts);
  }

  public long count(Origin origin) {
    Long count = counts.get(origin);
    return count == null ? 0 : count;
  }

  /** With one more event of the origin. */
  public VectorClock tick(Origin origin) {
    return with(origin, count(origin) + 1);
  }

  /** With the origin's count raised to {@code count}. */
  public VectorClock with(Origin origin, long count) {
    SortedMap<Origin, Long> raised = new TreeMap<>(counts);
    raised.merge(origin, count, Math::max);
    return new VectorClock(raised);
  }

  /** What both know: the greater count of each origin. */
  public VectorClock merge(VectorClock other) {
    SortedMap<Origin, Long> merged = new TreeMap<>(counts);
    other.counts.forEach((origin, count) -> merged.merge(origin, count, Math::max));
    return new VectorClock(merged);
  }

  /** How this stands to the other: BEFORE if it knows no more of any origin and less of one. */
  public Order compare(VectorClock other) {
    boolean knowsMore = !within(this, other);
    boolean knowsLess = !within(other, this);
    if (knowsMore && knowsLess) {
      return Order.CONCURRENT;
    }
    if (knowsMore) {
      return Order.AFTER;
    }
    return knowsLess ? Order.BEFORE : Order.EQUAL;
  }

  private static boolean within(VectorClock small, VectorClock large) {
    for (Map.Entry<Origin, Long> entry : small.counts.entrySet()) {
      if (entry.getValue() > large.count(entry.getKey())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
