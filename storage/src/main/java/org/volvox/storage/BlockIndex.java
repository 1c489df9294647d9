package org.volvox.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;

/**
 * Which block is where, in an ordered store, so that memory stays flat however many blocks there
 * are. It may lag behind the segments after a crash: each segment's row says up to where it was
 * indexed, in the same batches as the entries.
 *
 * <pre>
 * 'b' id(16)      -> u64 segment, u64 offset, u32 length, u32 CRC-32C
 * 's' segment(8)  -> u64 indexed up to this offset
 * </pre>
 */
final class BlockIndex {
  /** Where a block is. */
  record Where(long segment, long offset, int length, int crc) {}

  /** What the index knows of a segment. */
  record Row(long segment, long indexedTo) {}

  private final RocksStore store;

  BlockIndex(RocksStore store) {
    this.store = store;
  }

  Optional<Where> find(BlockId id) {
    try (OrderedStore.Snapshot now = store.snapshot()) {
      return now.get(key(id)).map(BlockIndex::where);
    }
  }

  /** Ids in order, from behind {@code after} on. */
  List<BlockId> list(Optional<BlockId> after, int limit) {
    List<BlockId> ids = new ArrayList<>();
    Bytes from = after.map(id -> key(id).concat(Bytes.wrap(new byte[1]))).orElse(Bytes.utf8("b"));
    try (OrderedStore.Snapshot now = store.snapshot()) {
      now.scan(
          from,
          Bytes.utf8("c"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            if (ids.size() < limit) {
              ids.add(id(key));
            }
            return ids.size() < limit;
          });
    }
    return ids;
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    try (OrderedStore.Snapshot now = store.snapshot()) {
      now.scan(
          Bytes.utf8("s"),
          Bytes.utf8("t"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> rows.add(row(key, value)));
    }
    return rows;
  }

  void put(BlockId id, Where where, List<Row> rows) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(
          key(id),
          new ByteWriter()
              .u64(where.segment())
              .u64(where.offset())
              .u32(where.length())
              .u32(where.crc())
              .toBytes());
      commit(batch, rows);
    }
  }

  void delete(List<BlockId> ids, List<Row> rows) {
    try (OrderedStore.Batch batch = store.batch()) {
      ids.forEach(id -> batch.delete(key(id)));
      commit(batch, rows);
    }
  }

  /** Forgets a segment that is no more, and what may have been in it. */
  void drop(long segment) {
    deleteAll(where -> where.segment() == segment);
    try (OrderedStore.Batch batch = store.batch()) {
      batch.delete(rowKey(segment));
      batch.commit();
    }
  }

  /** The bytes on disk of the blocks of each segment, counted one by one. */
  NavigableMap<Long, Long> liveBytes() {
    NavigableMap<Long, Long> live = new TreeMap<>();
    try (OrderedStore.Snapshot now = store.snapshot()) {
      now.scan(
          Bytes.utf8("b"),
          Bytes.utf8("c"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            Where where = where(value);
            live.merge(where.segment(), BlockRecord.padded(where.length()), Long::sum);
            return true;
          });
    }
    return live;
  }

  /** How many blocks there are, counted one by one. */
  long count() {
    long[] count = {0};
    try (OrderedStore.Snapshot now = store.snapshot()) {
      now.scan(
          Bytes.utf8("b"),
          Bytes.utf8("c"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> ++count[0] > 0);
    }
    return count[0];
  }

  /** Forgets the entries that match; returns how many. */
  int deleteAll(Predicate<Where> matches) {
    List<Bytes> found = new ArrayList<>();
    try (OrderedStore.Snapshot now = store.snapshot()) {
      now.scan(
          Bytes.utf8("b"),
          Bytes.utf8("c"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            if (matches.test(where(value))) {
              found.add(key);
            }
            return true;
          });
    }
    try (OrderedStore.Batch batch = store.batch()) {
      found.forEach(batch::delete);
      batch.commit();
    }
    return found.size();
  }

  void flush() {
    store.flush();
  }

  void close() {
    store.close();
  }

  /** As {@link #close}, of an index that is not worth keeping. */
  void discard() {
    store.discard();
  }

  private static void commit(OrderedStore.Batch batch, List<Row> rows) {
    for (Row row : rows) {
      batch.put(rowKey(row.segment()), new ByteWriter(8).u64(row.indexedTo()).toBytes());
    }
    batch.commit();
  }

  private static Bytes key(BlockId id) {
    ByteWriter out = new ByteWriter(17).u8('b');
    id.encode(out);
    return out.toBytes();
  }

  private static Bytes rowKey(long segment) {
    return new ByteWriter(9).u8('s').u64(segment).toBytes();
  }

  private static BlockId id(Bytes key) {
    try {
      return BlockId.decode(new ByteReader(key.slice(1, key.length())));
    } catch (MalformedException impossible) {
      throw Invariant.broken("block index has a key " + key.hex());
    }
  }

  private static Where where(Bytes value) {
    try {
      ByteReader in = new ByteReader(value);
      return new Where(in.u64(), in.u64(), in.u32(), in.u32());
    } catch (MalformedException impossible) {
      throw Invariant.broken("block index has a value " + value.hex());
    }
  }

  private static Row row(Bytes key, Bytes value) {
    try {
      ByteReader in = new ByteReader(key.slice(1, key.length()).concat(value));
      return new Row(in.u64(), in.u64());
    } catch (MalformedException impossible) {
      throw Invariant.broken("block index has a row " + value.hex());
    }
  }
}
