package org.volvox.crdt;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What one replica says of a counter: what it added, and what it took away, in all (a PN-counter:
 * Shapiro and others 2011, specification 7); and how much of whom it had counted when it last reset
 * the counter. So a reset takes away what its replica knew of, however often it is made, and
 * nothing else.
 */
record Tally(Sum sum, Map<ReplicaId, Sum> reset) {
  static final Tally ZERO = new Tally(Sum.ZERO, new TreeMap<>());

  private static final int ITEM_BYTES = 24;

  /** Added and taken away; both only grow. */
  record Sum(long plus, long minus) {
    static final Sum ZERO = new Sum(0, 0);

    /** As much of each as either has. */
    Sum max(Sum other) {
      return new Sum(Math.max(plus, other.plus), Math.max(minus, other.minus));
    }
  }

  Tally {
    reset = Collections.unmodifiableMap(new TreeMap<>(reset));
  }

  /**
   * With so much more.
   *
   * @throws ArithmeticException if one replica would have added or taken away more than 2^63 - 1
   */
  Tally add(long amount) {
    return new Tally(
        amount >= 0
            ? new Sum(Math.addExact(sum.plus, amount), sum.minus)
            : new Sum(sum.plus, Math.subtractExact(sum.minus, amount)),
        reset);
  }

  /** Counting from what all have counted up to now. */
  Tally reset(Map<ReplicaId, Sum> counted) {
    TreeMap<ReplicaId, Sum> floors = new TreeMap<>(reset);
    counted.forEach((replica, upTo) -> floors.merge(replica, upTo, Sum::max));
    return new Tally(sum, floors);
  }

  /** u64 plus, u64 minus; u32 count; u64 replica, u64 plus and u64 minus of each reset. */
  Bytes encode() {
    ByteWriter out = new ByteWriter(20 + ITEM_BYTES * reset.size());
    out.u64(sum.plus).u64(sum.minus).u32(reset.size());
    reset.forEach((replica, upTo) -> out.u64(replica.value()).u64(upTo.plus).u64(upTo.minus));
    return out.toBytes();
  }

  /** From an entry that was checked when it came. */
  static Tally stored(Bytes bytes) {
    try {
      return decode(bytes);
    } catch (MalformedException damaged) {
      throw new IllegalStateException("a replica's store holds a counter: " + damaged, damaged);
    }
  }

  static Tally decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    Sum sum = readSum(in);
    int size = in.count(ITEM_BYTES);
    TreeMap<ReplicaId, Sum> reset = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      ReplicaId replica = new ReplicaId(in.u64());
      reset.put(replica, readSum(in));
    }
    in.end();
    return new Tally(sum, reset);
  }

  private static Sum readSum(ByteReader in) throws MalformedException {
    Sum sum = new Sum(in.u64(), in.u64());
    if (sum.plus < 0 || sum.minus < 0) {
      throw new MalformedException("a counter that counts backwards: " + sum);
    }
    return sum;
  }
}
