package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.KeyRow;

/** Writes the changes of one revision of a space, and takes away what is behind its history. */
final class KeyWriter {
  /** Rows of the history that a change takes away at most beside twice its own number. */
  private static final int TRIMMED_MIN = 32;

  private final long space;
  private final long historyMax;
  private final OrderedStore.Batch batch;
  private SpaceTable.Usage usage;
  private final long revision;
  private int changes;

  KeyWriter(long space, long historyMax, OrderedStore.Batch batch) {
    this.space = space;
    this.historyMax = historyMax;
    this.batch = batch;
    this.usage = SpaceTable.usage(space, batch);
    this.revision = usage.revision() + 1;
  }

  /** The revision that it makes. */
  long revision() {
    return revision;
  }

  void put(Bytes key, Bytes value, long lease, Optional<KeyRow> before) {
    KeyRow row =
        new KeyRow(
            key,
            value,
            before.map(KeyRow::created).orElse(revision),
            revision,
            before.map(KeyRow::version).orElse(0L) + 1,
            lease);
    long leaseBefore = before.map(KeyRow::lease).orElse(0L);
    if (leaseBefore != lease) {
      Leases.detach(leaseBefore, key, batch);
      Leases.attach(lease, key, batch);
    }
    Bytes stored = StoredRow.encode(row);
    batch.put(KeyTables.key(KeyTables.CURRENT, space, key), stored);
    record(key, stored, false, before);
    count(before.isPresent() ? 0 : 1, size(row) - before.map(KeyWriter::size).orElse(0L));
  }

  void delete(KeyRow before) {
    Leases.detach(before.lease(), before.key(), batch);
    batch.delete(KeyTables.key(KeyTables.CURRENT, space, before.key()));
    record(before.key(), StoredRow.deletion(), true, Optional.of(before));
    count(-1, -size(before));
  }

  private void record(Bytes key, Bytes version, boolean isDeletion, Optional<KeyRow> before) {
    batch.put(KeyTables.version(space, key, revision), version);
    StoredRow.Change change =
        new StoredRow.Change(isDeletion, before.map(KeyRow::changed).orElse(0L), key);
    batch.put(KeyTables.change(space, revision, changes), change.encode());
    changes++;
  }

  static long size(KeyRow row) {
    return (long) row.key().length() + row.value().length();
  }

  private void count(int keysMore, long bytesMore) {
    usage =
        new SpaceTable.Usage(
            revision,
            usage.compacted(),
            usage.trimmed(),
            usage.keys() + keysMore,
            usage.bytes() + bytesMore);
  }

  /** Ends the revision; without a change there is none. */
  void end() {
    if (changes > 0) {
      long least = revision - historyMax;
      SpaceTable.Usage kept = least > usage.compacted() ? usage.compactedTo(least) : usage;
      SpaceTable.usage(space, kept, batch);
      var _ = trim(space, TRIMMED_MIN + 2 * changes, batch);
    }
  }

  /**
   * Deletes up to about so many rows of compacted history, with the versions that these replaced.
   * Returns how many.
   */
  static int trim(long space, int limit, OrderedStore.Batch batch) {
    SpaceTable.Usage usage = SpaceTable.usage(space, batch);
    if (usage.trimmed() >= usage.compacted()) {
      return 0;
    }
    List<Bytes> gone = new ArrayList<>();
    long[] reached = {usage.trimmed()};
    boolean[] isCut = {false};
    batch.scan(
        KeyTables.change(space, usage.trimmed() + 1, 0),
        KeyTables.change(space, usage.compacted() + 1, 0),
        Direction.ASCENDING,
        (stored, value) -> {
          long revision = KeyTables.second(stored);
          // Whole revisions only: what is trimmed is said by a revision.
          isCut[0] = revision != reached[0] && gone.size() >= limit;
          if (!isCut[0]) {
            reached[0] = revision;
            replaced(space, revision, StoredRow.Change.decode(value), gone);
            gone.add(stored);
          }
          return !isCut[0];
        });
    gone.forEach(batch::delete);
    SpaceTable.usage(space, usage.trimmedTo(isCut[0] ? reached[0] : usage.compacted()), batch);
    return gone.size();
  }

  private static void replaced(
      long space, long revision, StoredRow.Change change, List<Bytes> gone) {
    if (change.before() > 0) {
      gone.add(KeyTables.version(space, change.key(), change.before()));
    }
    if (change.isDeletion()) {
      gone.add(KeyTables.version(space, change.key(), revision));
    }
  }
}
