package org.volvox.base.clock;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * A vector clock (Fidge 1988, Mattern 1989): for each origin, how many of its events are known. An
 * origin that is not named counts 0. Immutable.
 */
public final class VectorClock {
  public static final VectorClock ZERO = new VectorClock(new Names(new Origin[0]), new long[0]);

  /** How one event stands to another. */
  public enum Order {
    EQUAL,
    BEFORE,
    AFTER,
    CONCURRENT
  }

  /**
   * Origins, ascending. Clocks that name the same ones share the object, which shows at once that
   * they can be merged place by place.
   */
  private static final class Names {
    private final Origin[] list;

    Names(Origin[] list) {
      this.list = list;
    }
  }

  private final Names names;
  private final Origin[] origins;
  private final long[] counts;

  private VectorClock(Names names, long[] counts) {
    this.names = names;
    this.origins = names.list;
    this.counts = counts;
  }

  public VectorClock(SortedMap<Origin, Long> counts) {
    int size = 0;
    Origin[] named = new Origin[counts.size()];
    long[] values = new long[counts.size()];
    for (Map.Entry<Origin, Long> entry : counts.entrySet()) {
      if (entry.getValue() < 0) {
        throw new IllegalArgumentException("negative count: " + entry);
      }
      if (entry.getValue() > 0) {
        named[size] = entry.getKey();
        values[size++] = entry.getValue();
      }
    }
    this.names = new Names(Arrays.copyOf(named, size));
    this.origins = names.list;
    this.counts = Arrays.copyOf(values, size);
  }

  /** A copy of the counts above 0. */
  public SortedMap<Origin, Long> counts() {
    SortedMap<Origin, Long> copy = new TreeMap<>();
    for (int i = 0; i < origins.length; i++) {
      copy.put(origins[i], counts[i]);
    }
    return copy;
  }

  /** Each origin with its count, in ascending order. */
  public void forEach(ObjLongConsumer<Origin> each) {
    for (int i = 0; i < origins.length; i++) {
      each.accept(origins[i], counts[i]);
    }
  }

  public long count(Origin origin) {
    int place = Arrays.binarySearch(origins, origin);
    return place < 0 ? 0 : counts[place];
  }

  /** With one more event of the origin. */
  public VectorClock tick(Origin origin) {
    return with(origin, count(origin) + 1);
  }

  /** The vector of a receive at {@code origin}: what both know, and one more event of its own. */
  public VectorClock receive(VectorClock received, Origin origin) {
    return receive(received, origin, ClockRules.PAPER);
  }

  /** As {@link #receive(VectorClock, Origin)}, with rules that may be broken. */
  public VectorClock receive(VectorClock received, Origin origin, ClockRules rules) {
    VectorClock known = rules.takesMaximum() ? merge(received) : this;
    return rules.ticksOnReceive() ? known.tick(origin) : known;
  }

  /** With the origin's count raised to {@code count}. */
  public VectorClock with(Origin origin, long count) {
    int place = Arrays.binarySearch(origins, origin);
    if (place >= 0) {
      long[] raised = counts.clone();
      raised[place] = Math.max(raised[place], count);
      return new VectorClock(names, raised);
    }
    return merge(new VectorClock(new Names(new Origin[] {origin}), new long[] {count}));
  }

  /** What both know: the greater count of each origin. */
  public VectorClock merge(VectorClock other) {
    return names == other.names ? mergeAligned(other) : mergeNamed(other);
  }

  private VectorClock mergeAligned(VectorClock other) {
    long[] merged = counts.clone();
    for (int i = 0; i < merged.length; i++) {
      merged[i] = Math.max(merged[i], other.counts[i]);
    }
    return new VectorClock(names, merged);
  }

  private VectorClock mergeNamed(VectorClock other) {
    Origin[] named = new Origin[origins.length + other.origins.length];
    long[] merged = new long[named.length];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < origins.length || theirs < other.origins.length) {
      int order = compareAt(mine, other, theirs);
      named[size] = order <= 0 ? origins[mine] : other.origins[theirs];
      long ownCount = order <= 0 ? counts[mine++] : 0;
      long otherCount = order >= 0 ? other.counts[theirs++] : 0;
      merged[size++] = Math.max(ownCount, otherCount);
    }
    return new VectorClock(namesOf(named, size, other), Arrays.copyOf(merged, size));
  }

  private Names namesOf(Origin[] merged, int size, VectorClock other) {
    if (size == origins.length) {
      return names;
    }
    return size == other.origins.length ? other.names : new Names(Arrays.copyOf(merged, size));
  }

  // Which of two origins comes first; behind the end of one list comes only the other's.
  private int compareAt(int mine, VectorClock other, int theirs) {
    if (mine == origins.length) {
      return 1;
    }
    return theirs == other.origins.length ? -1 : origins[mine].compareTo(other.origins[theirs]);
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
    for (int i = 0; i < small.origins.length; i++) {
      if (small.counts[i] > large.count(small.origins[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorClock that
        && Arrays.equals(origins, that.origins)
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(origins) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return counts().toString();
  }
}
