package org.volvox.fs;

import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.SweepReport;

/**
 * What is to be cleared away, and when: the only source of deletions. Nothing is ever deleted
 * because a listing did not show it. Entries are worked off in order of time, in bounded steps, by
 * the leader's sweep.
 */
final class DeleteQueue {
  private static final Bytes HOLD = FsKeys.table('h');

  private DeleteQueue() {}

  /** What a row names; the code is its form in the store. */
  enum Kind {
    /** An inode without a name, with its extents. */
    INODE(1),
    /** The block ids that an upload took. */
    RANGES(2),
    /** An upload whose session has ended. */
    ORPHAN(3),
    /** A directory without a name, with all below it. */
    TREE(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind ofCode(int code) throws MalformedException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new MalformedException("unknown kind in the delete queue: " + code);
    }
  }

  /** One row: when it is due, its number, and what it names. */
  private record Row(Bytes key, long dueMillis, Kind kind, long id) {}

  /** Queues something; returns when it is due. A tree has no readers, so it waits for nothing. */
  static long add(Kind kind, long id, WallTime now, OrderedStore.Batch batch) {
    long due = now.millis() + (kind == Kind.TREE ? 0 : FileLimits.GRACE_MILLIS);
    batch.put(
        FsKeys.key('g', due, Counters.takeQueued(batch)),
        Rows.begin().u8(kind.code).u64(id).toBytes());
    return due;
  }

  /** Nothing is worked off for a while, so that a backup finds each block that it has seen. */
  static void hold(long millis, WallTime now, OrderedStore.Batch batch) {
    long until = now.millis() + Math.clamp(millis, 0, FileLimits.HOLD_MILLIS_MAX);
    if (until > heldUntil(batch)) {
      batch.put(HOLD, Rows.begin().u64(until).toBytes());
    }
  }

  private static long heldUntil(OrderedStore.Reader state) {
    return Rows.find(HOLD, state, ByteReader::u64).orElse(0L);
  }

  static SweepReport due(WallTime now, OrderedStore.Reader state) {
    return new SweepReport(0, first(now, state).isPresent());
  }

  /** Does what is due, at most {@code limit} steps of one block or entry each. */
  static SweepReport sweep(int limit, WallTime now, OrderedStore.Batch batch) {
    int stepsMax = Math.clamp(limit, 1, FileLimits.PAGE_MAX);
    int steps = 0;
    while (steps < stepsMax) {
      Optional<Row> row = first(now, batch);
      if (row.isEmpty()) {
        return new SweepReport(steps, false);
      }
      steps += work(row.get(), stepsMax - steps, now, batch);
    }
    return new SweepReport(steps, first(now, batch).isPresent());
  }

  /** Works on one row and deletes it once nothing of it is left; at least one step. */
  private static int work(Row row, int limit, WallTime now, OrderedStore.Batch batch) {
    int steps =
        switch (row.kind()) {
          case INODE -> inode(row.id(), limit, batch);
          case RANGES -> Uploads.sweepRanges(row.id(), limit, batch);
          case TREE -> tree(row.id(), limit, now, batch);
          case ORPHAN -> {
            Uploads.dropOrphan(row.id(), row.dueMillis(), now, batch);
            yield 0;
          }
        };
    if (steps == limit) {
      return steps;
    }
    batch.delete(row.key());
    return steps + 1;
  }

  private static int inode(long id, int limit, OrderedStore.Batch batch) {
    int released = Blocks.release(id, limit, batch);
    if (released < limit) {
      deleteInode(id, batch);
    }
    return released;
  }

  private static void deleteInode(long id, OrderedStore.Batch batch) {
    Inode.delete(id, batch);
    batch.delete(FsKeys.key('l', id));
  }

  private static int tree(long directory, int limit, WallTime now, OrderedStore.Batch batch) {
    List<Bytes> keys = Directories.keys(directory, limit, batch);
    for (Bytes key : keys) {
      batch.get(key).map(Directories::read).ifPresent(entry -> unnamed(entry, now, batch));
      batch.delete(key);
    }
    if (keys.size() < limit) {
      Inode.delete(directory, batch);
    }
    return keys.size();
  }

  /**
   * Queues what has lost its name. A file that is inline goes at once: it has no blocks, and its
   * readers have got all of it with their first answer.
   */
  static void unnamed(Directories.Entry entry, WallTime now, OrderedStore.Batch batch) {
    if (entry.isDirectory()) {
      add(Kind.TREE, entry.inode(), now, batch);
    } else if (Inode.of(entry.inode(), batch).inline()) {
      deleteInode(entry.inode(), batch);
    } else {
      add(Kind.INODE, entry.inode(), now, batch);
    }
  }

  private static Optional<Row> first(WallTime now, OrderedStore.Reader state) {
    Row[] found = new Row[1];
    if (now.millis() < heldUntil(state)) {
      return Optional.empty();
    }
    state.scan(
        FsKeys.table('g'),
        FsKeys.key('g', now.millis() + 1),
        Direction.ASCENDING,
        (key, value) -> {
          found[0] = Rows.read(value, in -> row(key, in));
          return false;
        });
    return Optional.ofNullable(found[0]);
  }

  private static Row row(Bytes key, ByteReader in) throws MalformedException {
    long due = FsKeys.lastId(key.slice(0, key.length() - 8));
    return new Row(key, due, Kind.ofCode(in.u8()), in.u64());
  }
}
