package org.volvox.crdt;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.Bytes;

/** What a reader sees of an atom; the same wherever the same operations were applied. */
public final class Views {
  private Views() {}

  private static final Comparator<Map.Entry<Dot, Entry>> BY_TIME =
      Comparator.comparing((Map.Entry<Dot, Entry> each) -> each.getValue().at())
          .thenComparing(Map.Entry::getKey);

  /** All that was written and that no writer of another knew of, the {@link #last} behind. */
  public static List<Map.Entry<Dot, Entry>> byTime(Atom atom) {
    return atom.live().entrySet().stream().sorted(BY_TIME).toList();
  }

  /**
   * What was written last by the hybrid clock, and of two at the same time that of the greater
   * replica.
   */
  public static Optional<Bytes> last(Atom atom) {
    return atom.live().entrySet().stream().max(BY_TIME).map(each -> each.getValue().content());
  }

  /** All that was written and that no writer of another knew of, in the order of their dots. */
  public static List<Bytes> all(Atom atom) {
    return atom.live().values().stream().map(Entry::content).toList();
  }

  /** Whether an element is in its set, or a flag is on. */
  public static boolean isMarked(Atom atom) {
    return !atom.live().isEmpty();
  }

  /** What a counter counts; beyond 64 bits it wraps around. */
  public static long count(Atom atom) {
    SortedMap<ReplicaId, Tally.Sum> floors = new TreeMap<>();
    atom.live()
        .values()
        .forEach(entry ->
            Tally.stored(entry.content())
                .reset()
                .forEach((replica, upTo) -> floors.merge(replica, upTo, Tally.Sum::max)));
    long count = 0;
    for (Map.Entry<ReplicaId, Tally.Sum> each : sums(atom).entrySet()) {
      Tally.Sum floor = floors.getOrDefault(each.getKey(), Tally.Sum.ZERO);
      count += each.getValue().plus() - floor.plus() - (each.getValue().minus() - floor.minus());
    }
    return count;
  }

  /** What each replica has added to a counter, and taken away. */
  static SortedMap<ReplicaId, Tally.Sum> sums(Atom atom) {
    SortedMap<ReplicaId, Tally.Sum> sums = new TreeMap<>();
    atom.live()
        .forEach((dot, entry) -> sums.put(dot.replica(), Tally.stored(entry.content()).sum()));
    return sums;
  }
}
