package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/** Leases and their keys. */
final class Leases {
  private static final int VERSION = 1;

  /**
   * A lease as it is stored.
   *
   * @param touched the index of the log at which its time was set last
   */
  record Lease(
      long id,
      long space,
      long ttlMillis,
      long renewal,
      long remainingMillis,
      long touched,
      long keys) {
    private Bytes encode() {
      ByteWriter out = new ByteWriter(49).u8(VERSION).u64(space).u64(ttlMillis).u64(renewal);
      return out.u64(remainingMillis).u64(touched).u64(keys).toBytes();
    }

    private Lease withKeys(long now) {
      return new Lease(id, space, ttlMillis, renewal, remainingMillis, touched, now);
    }

    KeyLease shown() {
      return new KeyLease(id, space, ttlMillis, renewal, remainingMillis, keys);
    }
  }

  private Leases() {}

  static Optional<Lease> find(long lease, OrderedStore.Reader state) {
    return stored(lease, state).filter(each -> SpaceTable.find(each.space(), state).isPresent());
  }

  /** Also of a space that was removed. */
  private static Optional<Lease> stored(long lease, OrderedStore.Reader state) {
    return state
        .get(KeyTables.key(KeyTables.LEASES, lease))
        .map(stored ->
            SpaceTable.read(
                stored,
                "lease",
                in ->
                    new Lease(lease, in.u64(), in.u64(), in.u64(), in.u64(), in.u64(), in.u64())));
  }

  private static void put(Lease lease, OrderedStore.Batch batch) {
    batch.put(KeyTables.key(KeyTables.LEASES, lease.id()), lease.encode());
  }

  static Result noLease(long lease) {
    return Result.refused(Status.NOT_FOUND, "no lease " + lease + "; it has ended, perhaps");
  }

  static Result grant(
      LogIndex index, KeyCall.Grant call, SpaceRow space, OrderedStore.Batch batch) {
    long ttl = call.ttlMillis();
    if (ttl < KeyLimits.TTL_MILLIS_MIN || ttl > KeyLimits.TTL_MILLIS_MAX) {
      return Result.refused(
          Status.INVALID,
          "a lease of "
              + ttl
              + " ms; it lives "
              + KeyLimits.TTL_MILLIS_MIN
              + " to "
              + KeyLimits.TTL_MILLIS_MAX
              + " ms");
    }
    SpaceTable.Counters counters = SpaceTable.counters(batch);
    if (counters.leases() >= KeyLimits.LEASES_MAX) {
      return Result.refused(
          Status.BUSY, counters.leases() + " leases are there, at most " + KeyLimits.LEASES_MAX);
    }
    Lease lease = new Lease(index.value(), space.id(), ttl, 0, ttl, index.value(), 0);
    put(lease, batch);
    batch.put(KeyTables.key(KeyTables.TOUCHED, index.value(), lease.id()), Bytes.EMPTY);
    batch.put(KeyTables.key(KeyTables.SPACE_LEASES, space.id(), lease.id()), Bytes.EMPTY);
    SpaceTable.counters(new SpaceTable.Counters(counters.spaces(), counters.leases() + 1), batch);
    return Result.ok(lease.shown().encode());
  }

  static Result renew(LogIndex index, long id, OrderedStore.Batch batch) {
    Optional<Lease> lease = find(id, batch);
    if (lease.isEmpty()) {
      return noLease(id);
    }
    Lease renewed =
        touch(index, lease.get(), lease.get().renewal() + 1, lease.get().ttlMillis(), batch);
    return Result.ok(renewed.shown().encode());
  }

  private static Lease touch(
      LogIndex index, Lease lease, long renewal, long remainingMillis, OrderedStore.Batch batch) {
    batch.delete(KeyTables.key(KeyTables.TOUCHED, lease.touched(), lease.id()));
    batch.put(KeyTables.key(KeyTables.TOUCHED, index.value(), lease.id()), Bytes.EMPTY);
    Lease touched =
        new Lease(
            lease.id(),
            lease.space(),
            lease.ttlMillis(),
            renewal,
            remainingMillis,
            index.value(),
            lease.keys());
    put(touched, batch);
    return touched;
  }

  /** What is left of leases grows by nothing but a renewal. */
  static Result checkpoint(LogIndex index, KeyCall.Checkpoint call, OrderedStore.Batch batch) {
    for (KeyCall.Checkpoint.Left left : call.leases()) {
      Optional<Lease> lease =
          find(left.lease(), batch).filter(each -> each.renewal() == left.renewal());
      if (lease.isPresent()) {
        long remaining =
            Math.max(0, Math.min(left.remainingMillis(), lease.get().remainingMillis()));
        var _ = touch(index, lease.get(), left.renewal(), remaining, batch);
      }
    }
    return Result.DONE;
  }

  static Result expire(KeyCall.Expire call, OrderedStore.Batch batch) {
    Optional<Lease> lease = find(call.lease(), batch);
    if (lease.isEmpty()) {
      return noLease(call.lease());
    }
    if (lease.get().renewal() != call.renewal()) {
      return Result.refused(
          Status.STALE,
          "lease "
              + call.lease()
              + " was renewed "
              + lease.get().renewal()
              + " times, not "
              + call.renewal());
    }
    return end(lease.get(), batch);
  }

  static Result revoke(long id, OrderedStore.Batch batch) {
    return find(id, batch).map(lease -> end(lease, batch)).orElseGet(() -> noLease(id));
  }

  /** Its keys go with it, at one revision. */
  private static Result end(Lease lease, OrderedStore.Batch batch) {
    SpaceRow space = SpaceTable.find(lease.space(), batch).orElseThrow();
    KeyWriter writer = new KeyWriter(space.id(), space.bounds().historyMax(), batch);
    for (Bytes key : keys(lease.id(), KeyLimits.KEYS_PER_LEASE_MAX, batch)) {
      writer.delete(KeyRows.find(space.id(), key, batch).orElseThrow());
    }
    writer.end();
    remove(stored(lease.id(), batch).orElseThrow(), batch);
    return Result.DONE;
  }

  private static void remove(Lease lease, OrderedStore.Batch batch) {
    batch.delete(KeyTables.key(KeyTables.LEASES, lease.id()));
    batch.delete(KeyTables.key(KeyTables.TOUCHED, lease.touched(), lease.id()));
    batch.delete(KeyTables.key(KeyTables.SPACE_LEASES, lease.space(), lease.id()));
    SpaceTable.Counters counters = SpaceTable.counters(batch);
    SpaceTable.counters(new SpaceTable.Counters(counters.spaces(), counters.leases() - 1), batch);
  }

  /** Deletes up to about so many rows of the leases of a removed space. Returns how many. */
  static int drop(long space, int limit, OrderedStore.Batch batch) {
    int dropped = 0;
    while (dropped < limit) {
      Optional<Lease> lease = first(space, batch);
      if (lease.isEmpty()) {
        return dropped;
      }
      List<Bytes> keys = keys(lease.get().id(), limit - dropped, batch);
      keys.forEach(
          key -> batch.delete(KeyTables.key(KeyTables.LEASED_KEYS, lease.get().id(), key)));
      dropped += keys.size();
      if (dropped < limit) {
        remove(lease.get(), batch);
        dropped++;
      }
    }
    return dropped;
  }

  private static Optional<Lease> first(long space, OrderedStore.Reader state) {
    List<Long> found = new ArrayList<>();
    state.scan(
        KeyTables.key(KeyTables.SPACE_LEASES, space),
        KeyTables.key(KeyTables.SPACE_LEASES, space + 1),
        Direction.ASCENDING,
        (stored, _) -> {
          found.add(KeyTables.second(stored));
          return false;
        });
    return found.stream().findFirst().map(lease -> stored(lease, state).orElseThrow());
  }

  private static List<Bytes> keys(long lease, int limit, OrderedStore.Reader state) {
    List<Bytes> keys = new ArrayList<>();
    state.scan(
        KeyTables.key(KeyTables.LEASED_KEYS, lease),
        KeyTables.key(KeyTables.LEASED_KEYS, lease + 1),
        Direction.ASCENDING,
        (stored, _) -> keys.add(KeyTables.rest(stored)) && keys.size() < limit);
    return keys;
  }

  static void attach(long lease, Bytes key, OrderedStore.Batch batch) {
    if (lease != 0) {
      Lease row = stored(lease, batch).orElseThrow();
      put(row.withKeys(row.keys() + 1), batch);
      batch.put(KeyTables.key(KeyTables.LEASED_KEYS, lease, key), Bytes.EMPTY);
    }
  }

  static void detach(long lease, Bytes key, OrderedStore.Batch batch) {
    if (lease != 0) {
      Lease row = stored(lease, batch).orElseThrow();
      put(row.withKeys(row.keys() - 1), batch);
      batch.delete(KeyTables.key(KeyTables.LEASED_KEYS, lease, key));
    }
  }

  /** Those whose time was set behind an index of the log; all of one index, or none. */
  static List<LeaseTimers.News> news(long after, int limit, OrderedStore.Reader state) {
    List<LeaseTimers.News> news = new ArrayList<>();
    state.scan(
        KeyTables.key(KeyTables.TOUCHED, after + 1),
        KeyTables.table((char) (KeyTables.TOUCHED + 1)),
        Direction.ASCENDING,
        (stored, _) -> {
          long index = KeyTables.first(stored);
          if (news.size() >= limit && news.getLast().index() != index) {
            return false;
          }
          Lease lease = stored(KeyTables.second(stored), state).orElseThrow();
          news.add(
              new LeaseTimers.News(
                  index, lease.id(), lease.renewal(), lease.ttlMillis(), lease.remainingMillis()));
          return true;
        });
    return news;
  }
}
