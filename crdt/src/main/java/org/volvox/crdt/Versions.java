package org.volvox.crdt;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * A version vector (Parker and others 1983): of each replica the changes up to a count. One that is
 * not named counts 0. Immutable.
 */
public final class Versions {
  public static final Versions NONE = new Versions(new TreeMap<>());

  private static final int ITEM_BYTES = 16;

  private final SortedMap<ReplicaId, Long> counts;

  private Versions(SortedMap<ReplicaId, Long> counts) {
    this.counts = counts;
  }

  /** Of each replica the changes up to its count, which is 1 at least. */
  public static Versions of(Map<ReplicaId, Long> counts) {
    counts.forEach((replica, count) -> {
      if (count < 1) {
        throw new IllegalArgumentException("versions count from 1: " + replica + ":" + count);
      }
    });
    return counts.isEmpty() ? NONE : new Versions(new TreeMap<>(counts));
  }

  public long count(ReplicaId replica) {
    return counts.getOrDefault(replica, 0L);
  }

  /** Each replica that is named, and its count, in ascending order. */
  public Map<ReplicaId, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }

  public boolean covers(Dot dot) {
    return dot.count() <= count(dot.replica());
  }

  public boolean covers(Versions other) {
    return other.counts.entrySet().stream()
        .allMatch(each -> each.getValue() <= count(each.getKey()));
  }

  /** With at least this dot and those before it. */
  public Versions with(Dot dot) {
    if (covers(dot)) {
      return this;
    }
    TreeMap<ReplicaId, Long> more = new TreeMap<>(counts);
    more.put(dot.replica(), dot.count());
    return new Versions(more);
  }

  /** What either covers. */
  public Versions merge(Versions other) {
    if (covers(other)) {
      return this;
    }
    TreeMap<ReplicaId, Long> merged = new TreeMap<>(counts);
    other.counts.forEach((replica, count) -> merged.merge(replica, count, Math::max));
    return new Versions(merged);
  }

  /** What both cover. */
  public Versions common(Versions other) {
    TreeMap<ReplicaId, Long> least = new TreeMap<>();
    counts.forEach((replica, count) -> {
      long both = Math.min(count, other.count(replica));
      if (both > 0) {
        least.put(replica, both);
      }
    });
    return new Versions(least);
  }

  /** Without a replica. */
  Versions without(ReplicaId replica) {
    TreeMap<ReplicaId, Long> less = new TreeMap<>(counts);
    less.remove(replica);
    return new Versions(less);
  }

  /** u32 count of replicas; u64 replica and u64 count of each, in ascending order. */
  void write(ByteWriter out) {
    out.u32(counts.size());
    counts.forEach((replica, count) -> out.u64(replica.value()).u64(count));
  }

  static Versions read(ByteReader in) throws MalformedException {
    int size = in.count(ITEM_BYTES);
    TreeMap<ReplicaId, Long> counts = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      ReplicaId replica = new ReplicaId(in.u64());
      long count = in.u64();
      if (count < 1 || (!counts.isEmpty() && replica.compareTo(counts.lastKey()) <= 0)) {
        throw new MalformedException("versions: " + replica + ":" + count);
      }
      counts.put(replica, count);
    }
    return new Versions(counts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Versions that && counts.equals(that.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
