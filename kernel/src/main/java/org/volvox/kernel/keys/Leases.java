package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/**
 * Leases and the indexes of their times, spaces and keys. What was left of a lease is in the state
 * as of its grant, last renewal or last checkpoint; a leader's {@link LeaseTimers} go on from
 * there. A lease ends with its space at once, though its rows are there until they are tidied away.
 */
final class Leases {
  /**
   * A lease as it is stored.
   *
   * @param touched the index of the log at which its time was set last
   */
  private record Lease(
      long space, long ttlMillis, long renewal, long remainingMillis, long touched, long keys) {
    private static final int VERSION = 1;

    Bytes encode() {
      ByteWriter out = new ByteWriter(49).u8(VERSION).u64(space).u64(ttlMillis).u64(renewal);
      return out.u64(remainingMillis).u64(touched).u64(keys).toBytes();
    }

    static Lease decode(Bytes bytes) {
      try {
        ByteReader in = new ByteReader(bytes);
        Invariant.check(in.u8() == VERSION, "a lease of a version that this does not know");
        return new Lease(in.u64(), in.u64(), in.u64(), in.u64(), in.u64(), in.u64());
      } catch (MalformedException e) {
        throw Invariant.broken("lease: " + e.getMessage());
      }
    }

    Lease withKeys(long more) {
      return new Lease(space, ttlMillis, renewal, remainingMillis, touched, keys + more);
    }

    KeyLease told(long id) {
      return new KeyLease(id, space, ttlMillis, renewal, remainingMillis, keys);
    }
  }

  private Leases() {}

  private static Optional<Lease> stored(long id, OrderedStore.Reader state) {
    return state.get(SpaceKeys.key('l', id)).map(Lease::decode);
  }

  private static Lease there(long id, OrderedStore.Reader state) {
    return stored(id, state)
        .orElseThrow(() -> Invariant.broken("a row or an index names lease " + id + ", none is"));
  }

  private static Lease require(long id, OrderedStore.Reader state) throws Refused {
    return stored(id, state)
        .filter(lease -> SpaceTable.isThere(lease.space(), state))
        .orElseThrow(
            () -> new Refused(Status.NOT_FOUND, "no lease " + id + "; it has ended, perhaps"));
  }

  /** A put names no lease, or one of its space. */
  static void requireOf(SpaceRow space, long id, OrderedStore.Reader state) throws Refused {
    if (id != 0 && require(id, state).space() != space.id()) {
      throw new Refused(Status.NOT_FOUND, "lease " + id + " is none of space " + space.name());
    }
  }

  static void requireRoom(long id, int more, OrderedStore.Reader state) throws Refused {
    long keys = require(id, state).keys();
    if (keys + more > KeyLimits.KEYS_PER_LEASE_MAX) {
      throw new Refused(
          Status.BUSY,
          "lease "
              + id
              + " has "
              + keys
              + " keys, at most "
              + KeyLimits.KEYS_PER_LEASE_MAX
              + ": put some under another");
    }
  }

  static KeyLease grant(LogIndex index, KeyCall.Grant call, OrderedStore.Batch batch)
      throws Refused {
    SpaceRow space = SpaceTable.consistent(call.space(), batch);
    Checks.ttl(call.ttlMillis());
    int count = Counters.of(batch).leases();
    if (count >= KeyLimits.LEASES_MAX) {
      throw new Refused(
          Status.BUSY,
          count + " leases, at most " + KeyLimits.LEASES_MAX + ": put more keys under one");
    }
    long id = index.value();
    Lease lease = new Lease(space.id(), call.ttlMillis(), 0, call.ttlMillis(), id, 0);
    put(id, lease, batch);
    batch.put(SpaceKeys.key('e', id, id), Bytes.EMPTY);
    batch.put(SpaceKeys.key('b', space.id(), id), Bytes.EMPTY);
    Counters.add(0, 1, batch);
    return lease.told(id);
  }

  static KeyLease renew(LogIndex index, long id, OrderedStore.Batch batch) throws Refused {
    Lease before = require(id, batch);
    Lease after =
        new Lease(
            before.space(),
            before.ttlMillis(),
            before.renewal() + 1,
            before.ttlMillis(),
            index.value(),
            before.keys());
    replace(id, before, after, batch);
    return after.told(id);
  }

  /** Its time is set anew. */
  private static void replace(long id, Lease before, Lease after, OrderedStore.Batch batch) {
    batch.delete(SpaceKeys.key('e', before.touched(), id));
    batch.put(SpaceKeys.key('e', after.touched(), id), Bytes.EMPTY);
    put(id, after, batch);
  }

  /** What is left of a lease grows by nothing but a renewal, and of one renewed meanwhile stays. */
  static void checkpoint(LogIndex index, KeyCall.Checkpoint call, OrderedStore.Batch batch) {
    for (KeyCall.Checkpoint.Left left : call.leases()) {
      stored(left.lease(), batch)
          .filter(lease -> lease.renewal() == left.renewal())
          .filter(lease -> SpaceTable.isThere(lease.space(), batch))
          .ifPresent(lease -> {
            long remaining = Math.min(lease.remainingMillis(), left.remainingMillis());
            Lease after =
                new Lease(
                    lease.space(),
                    lease.ttlMillis(),
                    lease.renewal(),
                    Math.max(0, remaining),
                    index.value(),
                    lease.keys());
            replace(left.lease(), lease, after, batch);
          });
    }
  }

  static KeyLease show(long id, OrderedStore.Reader state) throws Refused {
    return require(id, state).told(id);
  }

  /** A leader's timers have run out; who renewed it meanwhile keeps it. */
  static void expire(KeyCall.Expire call, OrderedStore.Batch batch) throws Refused {
    Lease lease = require(call.lease(), batch);
    if (lease.renewal() != call.renewal()) {
      throw new Refused(
          Status.STALE,
          "lease "
              + call.lease()
              + " was renewed "
              + lease.renewal()
              + " times, not "
              + call.renewal());
    }
    revoke(call.lease(), batch);
  }

  /** Ends a lease; its keys go at one revision. */
  static void revoke(long id, OrderedStore.Batch batch) throws Refused {
    SpaceRow space = SpaceTable.require(require(id, batch).space(), batch);
    Plan plan = new Plan(space, batch);
    for (Bytes key : keys(id, KeyLimits.KEYS_PER_LEASE_MAX, batch)) {
      plan.delete(KeyRange.one(key), _ -> true);
    }
    plan.commit(batch);
    remove(id, batch);
  }

  /** Removes the rows of a lease that has no keys; there must be one. */
  static void remove(long id, OrderedStore.Batch batch) {
    Lease lease = there(id, batch);
    batch.delete(SpaceKeys.key('l', id));
    batch.delete(SpaceKeys.key('e', lease.touched(), id));
    batch.delete(SpaceKeys.key('b', lease.space(), id));
    Counters.add(0, -1, batch);
  }

  static void addKeys(long id, int more, OrderedStore.Batch batch) {
    put(id, there(id, batch).withKeys(more), batch);
  }

  /** A key is put under another lease, or none: 0. */
  static void move(Bytes key, long from, long to, OrderedStore.Batch batch) {
    if (from != 0) {
      batch.delete(SpaceKeys.key('a', from, key));
    }
    if (to != 0) {
      batch.put(SpaceKeys.key('a', to, key), Bytes.EMPTY);
    }
  }

  /** The first keys of a lease. */
  private static List<Bytes> keys(long id, int limit, OrderedStore.Reader state) {
    List<Bytes> keys = new ArrayList<>();
    int head = SpaceKeys.HEAD_BYTES + 8;
    state.scan(
        SpaceKeys.key('a', id),
        SpaceKeys.key('a', id + 1),
        Direction.ASCENDING,
        (key, _) -> {
          keys.add(key.slice(head, key.length()));
          return keys.size() < limit;
        });
    return keys;
  }

  /** Those whose time was set behind an index of the log; all of one index, or none. */
  static List<LeaseTimers.News> news(long after, int limit, OrderedStore.Reader state) {
    List<LeaseTimers.News> news = new ArrayList<>();
    state.scan(
        SpaceKeys.key('e', after + 1),
        SpaceKeys.table((char) ('e' + 1)),
        Direction.ASCENDING,
        (key, _) -> {
          long id = SpaceKeys.lastId(key);
          Lease lease = there(id, state);
          boolean isOver = news.size() >= limit && news.getLast().index() != lease.touched();
          if (!isOver) {
            news.add(
                new LeaseTimers.News(
                    lease.touched(),
                    id,
                    lease.renewal(),
                    lease.ttlMillis(),
                    lease.remainingMillis()));
          }
          return !isOver;
        });
    return news;
  }

  private static void put(long id, Lease lease, OrderedStore.Batch batch) {
    batch.put(SpaceKeys.key('l', id), lease.encode());
  }
}
