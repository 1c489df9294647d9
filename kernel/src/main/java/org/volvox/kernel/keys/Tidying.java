package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.SpaceRow;

/**
 * Deletes what nobody can read any more, a bounded number of rows at a time: history that is
 * compacted, with the versions that it superseded, and all of spaces that were removed. Where it
 * goes on is in the state, so that it never walks again over what it has deleted.
 */
final class Tidying {
  /** Rows of one call: one batch of the store, and a small part of a turn of the log. */
  static final int ROWS_MAX = 10_000;

  /** What a transaction deletes at least while some is left, so that small ones catch up too. */
  private static final int PER_TRANSACTION = 32;

  /**
   * What is over the bound of a history goes by so many revisions at once: to look for it at each
   * put would cost more than the put. Whole rows of changes go.
   */
  private static final int GROUP = 1024;

  /** What a removed space has, in the order of the tables. */
  private static final List<Character> TABLES = List.of('b', 'h', 'k', 'v');

  private Tidying() {}

  /** A user compacts: nothing up to that revision is left, in the end. */
  static void compact(SpaceRow before, long compacted, OrderedStore.Batch batch) {
    var _ = trim(before, compacted, PER_TRANSACTION, batch);
  }

  /**
   * A transaction compacts what is over the bound of the history, if anything is. It deletes more
   * changes than it adds while some are left, so that what is left shrinks; otherwise at the end of
   * a group, about all of it.
   */
  static void letGo(SpaceRow before, long compacted, int added, OrderedStore.Batch batch) {
    boolean isLeft = batch.get(SpaceKeys.key('u', before.id())).isPresent();
    boolean isEnd = firstOfGroup(compacted) > firstOfGroup(before.usage().compacted());
    if (isLeft || isEnd) {
      int limit = (isEnd ? 2 * GROUP : PER_TRANSACTION) + 2 * added;
      var _ = trim(before, compacted, limit, batch);
    }
  }

  static boolean isUntidy(OrderedStore.Reader state) {
    return first('u', state).isPresent() || first('d', state).isPresent();
  }

  /** Marks a space as removed: nothing reads its rows from now on. */
  static void drop(long space, OrderedStore.Batch batch) {
    batch.delete(SpaceKeys.key('u', space));
    batch.put(SpaceKeys.key('d', space), SpaceKeys.key(TABLES.getFirst(), space));
  }

  /**
   * Deletes changes up to a revision that is compacted, inclusive, at most so many.
   *
   * @param before the space as it was before that revision was compacted
   * @return how many
   */
  static int trim(SpaceRow before, long compacted, int limit, OrderedStore.Batch batch) {
    long space = before.id();
    Bytes mark = SpaceKeys.key('u', space);
    Optional<Bytes> left = batch.get(mark);
    long from = left.map(SpaceKeys::lastId).orElse(firstOfGroup(before.usage().compacted()));
    Old old = old(space, from, compacted, limit, batch);
    for (int i = 0; i < old.rows().size(); i++) {
      ChangeRows.Row row = old.rows().get(i);
      int gone = i < old.rows().size() - 1 ? row.changes().size() : old.ofTheLast();
      row.changes().subList(0, gone).forEach(change -> forget(space, change, batch));
      ChangeRows.cut(row, gone, batch);
    }
    if (old.next() > 0) {
      batch.put(mark, new ByteWriter(8).u64(old.next()).toBytes());
    } else if (left.isPresent()) {
      batch.delete(mark);
    }
    return old.count();
  }

  /**
   * Changes to delete.
   *
   * @param ofTheLast how many of the last row's are to go
   * @param next the revision of the next one, or 0 if that is all
   */
  private record Old(List<ChangeRows.Row> rows, int count, int ofTheLast, long next) {}

  /** At most so many of what there is from a revision up to another, both inclusive. */
  private static Old old(
      long space, long from, long compacted, int limit, OrderedStore.Reader state) {
    List<ChangeRows.Row> rows = new ArrayList<>();
    int[] count = {0};
    int[] ofTheLast = {0};
    long[] next = {0};
    ChangeRows.scan(
        space,
        from,
        compacted + 1,
        state,
        row -> {
          List<ChangeRows.Change> changes = row.changes();
          int goes = 0;
          while (goes < changes.size() && changes.get(goes).revision() <= compacted) {
            if (count[0] == limit) {
              next[0] = changes.get(goes).revision();
              break;
            }
            goes++;
            count[0]++;
          }
          if (goes > 0) {
            rows.add(row);
            ofTheLast[0] = goes;
          }
          return next[0] == 0;
        });
    return new Old(rows, count[0], ofTheLast[0], next[0]);
  }

  /**
   * The first revision that may have changes, if none is marked as left. Never one of which some
   * were deleted: a scan over what a batch wrote is dear.
   */
  private static long firstOfGroup(long compacted) {
    long next = compacted + 1;
    return next - next % GROUP;
  }

  /** Nobody reads as of a revision before a change any more. */
  private static void forget(long space, ChangeRows.Change change, OrderedStore.Batch batch) {
    if (change.before() != 0) {
      batch.delete(SpaceKeys.version(space, change.key(), change.before()));
    }
    if (change.isDeletion()) {
      batch.delete(SpaceKeys.version(space, change.key(), change.revision()));
    }
  }

  static void tidy(int limit, OrderedStore.Batch batch) {
    int left = Math.clamp(limit, 1, ROWS_MAX);
    Optional<Bytes> next = first('u', batch);
    while (left > 0 && next.isPresent()) {
      long space = SpaceKeys.lastId(next.get());
      SpaceRow row = SpaceTable.find(space, batch).orElseThrow();
      left -= trim(row, row.usage().compacted(), left, batch);
      next = left > 0 ? first('u', batch) : Optional.empty();
    }
    next = first('d', batch);
    while (left > 0 && next.isPresent()) {
      left -= dropRows(SpaceKeys.lastId(next.get()), left, batch);
      next = left > 0 ? first('d', batch) : Optional.empty();
    }
  }

  /** Deletes rows of a removed space, at most so many; returns how many. */
  private static int dropRows(long space, int limit, OrderedStore.Batch batch) {
    Bytes mark = SpaceKeys.key('d', space);
    Bytes from = batch.get(mark).orElseThrow();
    List<Bytes> keys = new ArrayList<>();
    for (char table : TABLES) {
      Bytes begin = SpaceKeys.key(table, space);
      Bytes end = SpaceKeys.key(table, space + 1);
      if (keys.size() <= limit) {
        batch.scan(
            begin.compareTo(from) < 0 ? from : begin,
            end,
            Direction.ASCENDING,
            (key, _) -> {
              keys.add(key);
              return keys.size() <= limit;
            });
      }
    }
    int count = 0;
    for (int i = 0; i < keys.size() && count < limit; i++) {
      int leased = isLease(keys.get(i)) ? dropKeys(keys.get(i), limit - count, batch) : 0;
      count += leased;
      if (count < limit) {
        dropRow(keys.get(i), batch);
        from = keys.get(i);
        count++;
      }
    }
    if (count < limit) {
      batch.delete(mark);
    } else {
      batch.put(mark, from);
    }
    return count;
  }

  private static boolean isLease(Bytes key) {
    return key.at(SpaceKeys.HEAD_BYTES - 1) == 'b';
  }

  private static void dropRow(Bytes key, OrderedStore.Batch batch) {
    if (isLease(key)) {
      Leases.remove(SpaceKeys.lastId(key), batch);
    } else {
      batch.delete(key);
    }
  }

  /** The index of the keys of a lease, which an index of leases names. */
  private static int dropKeys(Bytes leaseKey, int limit, OrderedStore.Batch batch) {
    long lease = SpaceKeys.lastId(leaseKey);
    List<Bytes> keys = new ArrayList<>();
    batch.scan(
        SpaceKeys.key('a', lease),
        SpaceKeys.key('a', lease + 1),
        Direction.ASCENDING,
        (key, _) -> {
          keys.add(key);
          return keys.size() < limit;
        });
    keys.forEach(batch::delete);
    return keys.size();
  }

  private static Optional<Bytes> first(char table, OrderedStore.Reader state) {
    List<Bytes> found = new ArrayList<>();
    state.scan(
        SpaceKeys.table(table),
        SpaceKeys.tableEnd(table),
        Direction.ASCENDING,
        (key, _) -> {
          found.add(key);
          return false;
        });
    return found.stream().findFirst();
  }
}
