package org.volvox.kernel.keys;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;

/**
 * The rows of keys: as they are now, and their versions. Each key that is there has the same row in
 * the table of now and as its newest version.
 */
final class KeyStore {
  private static final int VERSION = 1;
  private static final int ROW_BYTES = 33;

  /** Gets each row of a scan; returns whether to go on. It must not write while scanning. */
  interface Visitor {
    boolean visit(KeyRow row);
  }

  private KeyStore() {}

  /** A key as it is now. */
  static Optional<KeyRow> now(long space, Bytes key, OrderedStore.Reader state) {
    return state.get(SpaceKeys.key('k', space, key)).map(row -> decode(key, row));
  }

  /** The keys of a range as they are now. */
  static void scan(long space, KeyRange range, OrderedStore.Reader state, Visitor visitor) {
    if (range.isOne()) {
      var _ = now(space, range.from(), state).map(visitor::visit);
      return;
    }
    int head = SpaceKeys.HEAD_BYTES + 8;
    state.scan(
        SpaceKeys.key('k', space, range.from()),
        SpaceKeys.rangeEnd(space, range),
        Direction.ASCENDING,
        (key, row) -> visitor.visit(decode(key.slice(head, key.length()), row)));
  }

  /** A key as a revision left it; empty if that deleted it. */
  static Optional<KeyRow> version(long space, Bytes key, long revision, OrderedStore.Reader state) {
    Bytes row =
        state
            .get(SpaceKeys.version(space, key, revision))
            .orElseThrow(
                () -> Invariant.broken("no version " + revision + " of a key of space " + space));
    return living(key, row);
  }

  /** What a version says, unless it is a deletion. */
  static Optional<KeyRow> living(Bytes key, Bytes row) {
    return row.length() == 1 ? Optional.empty() : Optional.of(decode(key, row));
  }

  static void put(long space, KeyRow row, OrderedStore.Batch batch) {
    Bytes encoded =
        new ByteWriter(ROW_BYTES + row.value().length())
            .u8(VERSION)
            .u64(row.created())
            .u64(row.changed())
            .u64(row.version())
            .u64(row.lease())
            .raw(row.value())
            .toBytes();
    batch.put(SpaceKeys.key('k', space, row.key()), encoded);
    batch.put(SpaceKeys.version(space, row.key(), row.changed()), encoded);
  }

  static void delete(long space, Bytes key, long revision, OrderedStore.Batch batch) {
    batch.delete(SpaceKeys.key('k', space, key));
    batch.put(SpaceKeys.version(space, key, revision), new ByteWriter(1).u8(VERSION).toBytes());
  }

  private static KeyRow decode(Bytes key, Bytes row) {
    try {
      ByteReader in = new ByteReader(row);
      Invariant.check(in.u8() == VERSION, "a key's row that this does not know");
      long created = in.u64();
      long changed = in.u64();
      long version = in.u64();
      long lease = in.u64();
      return new KeyRow(key, in.raw(in.remaining()), created, changed, version, lease);
    } catch (MalformedException e) {
      throw Invariant.broken("key's row: " + e.getMessage());
    }
  }
}
