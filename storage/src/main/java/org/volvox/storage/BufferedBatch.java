package org.volvox.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;

/**
 * A batch of many commands over a RocksDB store: rows are read from the cache, writes stay in Java
 * until the commit, and then with others before the database gets them. Only a scan of keys among
 * which some were written, or one of many, makes an indexed batch of the database's own, dearer for
 * each row.
 *
 * <p>Invariant: {@code written} and then {@code indexed} are newer than the cache, that is as new
 * as the pending rows, and those are newer than the store.
 */
final class BufferedBatch implements OrderedStore.Batch {
  /** Scans that look through all that was written; for more an index is cheaper. */
  private static final int LOOKS_MAX = 4;

  private final RocksStore store;
  private final PendingRows pending;
  private final RowCache cache;
  private final LinkedHashMap<Bytes, Row> written = new LinkedHashMap<>();

  private int looks;

  /** What was written before the last scan that needed an index, if there was one. */
  private OrderedStore.@Nullable Batch indexed;

  BufferedBatch(RocksStore store, PendingRows pending, RowCache cache) {
    this.store = store;
    this.pending = pending;
    this.cache = cache;
  }

  @Override
  public Optional<Bytes> get(Bytes key) {
    @Nullable Row own = written.get(key);
    if (own != null) {
      return own.value();
    }
    if (indexed != null) {
      return indexed.get(key);
    }
    @Nullable Row known = cache.find(key);
    if (known == null) {
      known = pending.find(key);
    }
    if (known != null) {
      return known.value();
    }
    Optional<Bytes> found = store.get(key);
    cache.note(key, new Row(found));
    return found;
  }

  @Override
  public void scan(
      Bytes from, Bytes to, OrderedStore.Direction direction, OrderedStore.Visitor visitor) {
    looks++;
    if (indexed != null || looks > LOOKS_MAX || Row.isAnyOf(written, from, to)) {
      index().scan(from, to, direction, visitor);
      return;
    }
    pending.writeOutOf(from, to);
    try (OrderedStore.Snapshot view = store.snapshot()) {
      view.scan(from, to, direction, visitor);
    }
  }

  @Override
  public void put(Bytes key, Bytes value) {
    written.put(key, Row.of(value));
  }

  @Override
  public void delete(Bytes key) {
    written.put(key, Row.NONE);
  }

  @Override
  public void commit() {
    if (indexed != null) {
      index().commit();
    } else {
      pending.commit(written);
      written.forEach(cache::renew);
      written.clear();
    }
  }

  @Override
  public void close() {
    if (indexed != null) {
      indexed.close();
    }
  }

  /** All that was written, in a batch of the database's that can be scanned. */
  private OrderedStore.Batch index() {
    if (indexed == null) {
      pending.writeOut();
      indexed = store.batch();
    }
    OrderedStore.Batch batch = indexed;
    for (Map.Entry<Bytes, Row> row : written.entrySet()) {
      // What the cache says of it is outdated once this is committed.
      cache.forget(row.getKey());
      row.getValue()
          .value()
          .ifPresentOrElse(
              value -> batch.put(row.getKey(), value), () -> batch.delete(row.getKey()));
    }
    written.clear();
    return batch;
  }
}
