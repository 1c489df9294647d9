package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;

/**
 * The history of a space: its changes by revision, several in a row of the store, since a row costs
 * more than what is in it. Sixteen revisions that follow each other share a row while there is room
 * in it.
 *
 * <pre>
 * row of several   u8 2   bool full   then for each change:
 *                  u8 revision less that of the row's key   u8 1 put, 2 deleted
 *                  u64 revision that it superseded, or 0   u16 length   key
 * row of one       u8 1   u8 1 put, 2 deleted   u64 revision that it superseded, or 0   key
 * </pre>
 *
 * Rows of one are of stores written before there were others; none is made any more.
 *
 * <ol>
 *   <li>Rows in the order of their keys are changes in the order of revisions, and of the acts
 *       within one: a row that was full, or that is gone, is never added to again.
 *   <li>Each change names the version that it superseded, so that whoever deletes the change can
 *       delete that one too, and nothing else has to be looked for.
 * </ol>
 */
final class ChangeRows {
  /** Revisions that may share a row; a row that they share has the key of the first of them. */
  static final int SHARING = 16;

  /** What a row has at most, unless it is one change. */
  private static final int BYTES_MAX = 4096;

  private static final int VERSION_OF_ONE = 1;
  private static final int VERSION = 2;
  private static final int FULL_AT = 1;
  private static final int HEAD_BYTES = 2;
  private static final int CHANGE_BYTES = 12;
  private static final int PUT = 1;
  private static final int DELETED = 2;

  /**
   * A change of a key.
   *
   * @param before the revision that it superseded, or 0 if the key was not there
   */
  record Change(long revision, boolean isDeletion, long before, Bytes key) {}

  /**
   * A row as it is stored.
   *
   * @param isFull whether nothing is added to it
   */
  record Row(Bytes at, boolean isFull, List<Change> changes) {}

  /** Gets each row of a scan; returns whether to go on. It must not write while scanning. */
  interface Visitor {
    boolean visit(Row row);
  }

  private ChangeRows() {}

  /** Adds what a revision, newer than all that are there, changed. */
  static void add(long space, long revision, List<Change> changes, OrderedStore.Batch batch) {
    long first = firstSharing(revision);
    Bytes at = SpaceKeys.change(space, first, 0);
    Optional<Bytes> shared =
        first == revision
            ? Optional.of(head(false).toBytes())
            : batch.get(at).filter(row -> row.at(0) == VERSION && row.at(FULL_AT) == 0);
    int number = 0;
    if (shared.isPresent()) {
      Bytes row = shared.get();
      number = fitting(changes, 0, row.length());
      boolean isFull = number < changes.size();
      ByteWriter out = head(isFull).raw(row.slice(HEAD_BYTES, row.length()));
      changes.subList(0, number).forEach(change -> write(change, first, out));
      batch.put(at, out.toBytes());
    }
    while (number < changes.size()) {
      int end = Math.max(number + 1, fitting(changes, number, HEAD_BYTES));
      ByteWriter out = head(true);
      changes.subList(number, end).forEach(change -> write(change, revision, out));
      batch.put(SpaceKeys.change(space, revision, number + 1), out.toBytes());
      number = end;
    }
  }

  /** The first of the revisions that may share a row with this one. */
  static long firstSharing(long revision) {
    return revision - revision % SHARING;
  }

  /** Where those end that fit behind so many bytes. */
  private static int fitting(List<Change> changes, int from, int bytesBefore) {
    int bytes = bytesBefore;
    int end = from;
    while (end < changes.size()) {
      bytes += CHANGE_BYTES + changes.get(end).key().length();
      if (bytes > BYTES_MAX) {
        return end;
      }
      end++;
    }
    return end;
  }

  private static ByteWriter head(boolean isFull) {
    return new ByteWriter().u8(VERSION).bool(isFull);
  }

  private static void write(Change change, long first, ByteWriter out) {
    out.u8((int) (change.revision() - first))
        .u8(change.isDeletion() ? DELETED : PUT)
        .u64(change.before())
        .u16(change.key().length())
        .raw(change.key());
  }

  /**
   * The rows with changes from a revision on, up to another, exclusive; the first and the last may
   * have changes of revisions before and behind as well.
   */
  static void scan(long space, long from, long end, OrderedStore.Reader state, Visitor visitor) {
    state.scan(
        SpaceKeys.change(space, firstSharing(from), 0),
        SpaceKeys.change(space, end, 0),
        Direction.ASCENDING,
        (key, row) -> visitor.visit(decode(key, row)));
  }

  /** Deletes the first so many changes of a row, which may be all. */
  static void cut(Row row, int count, OrderedStore.Batch batch) {
    List<Change> left = row.changes().subList(count, row.changes().size());
    if (left.isEmpty()) {
      batch.delete(row.at());
      return;
    }
    ByteWriter out = head(row.isFull());
    left.forEach(change -> write(change, revision(row.at()), out));
    batch.put(row.at(), out.toBytes());
  }

  private static long revision(Bytes rowKey) {
    return SpaceKeys.u64(rowKey, SpaceKeys.HEAD_BYTES + 8);
  }

  private static Row decode(Bytes key, Bytes row) {
    try {
      ByteReader in = new ByteReader(row);
      int version = in.u8();
      Invariant.check(
          version == VERSION || version == VERSION_OF_ONE,
          "changes of keys in a form that this does not know");
      long first = revision(key);
      if (version == VERSION_OF_ONE) {
        boolean isDeletion = in.u8() == DELETED;
        return new Row(
            key, true, List.of(new Change(first, isDeletion, in.u64(), in.raw(in.remaining()))));
      }
      boolean isFull = in.bool();
      List<Change> changes = new ArrayList<>();
      while (in.remaining() > 0) {
        long revision = first + in.u8();
        boolean isDeletion = in.u8() == DELETED;
        changes.add(new Change(revision, isDeletion, in.u64(), in.raw(in.u16())));
      }
      return new Row(key, isFull, changes);
    } catch (MalformedException e) {
      throw Invariant.broken("changes of keys: " + e.getMessage());
    }
  }
}
