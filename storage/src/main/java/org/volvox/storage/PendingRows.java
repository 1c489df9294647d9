package org.volvox.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;

/**
 * What was committed and is not in the database yet, which takes it in bigger pieces: rows that are
 * written over and over (a session, counters) or soon deleted again (kept results) meet it once.
 * Written out before anybody looks at the database where it has rows, so that nobody sees less than
 * was committed. A crash loses no more than it would of the database's own memory.
 *
 * <p>Invariant: what is written out at once goes up to the end of a committed batch.
 */
final class PendingRows {
  private static final long BYTES_MAX = 2L << 20;
  private static final int ENTRY_BYTES = 96;

  /** So often all rows are looked through before it is cheaper to have none. */
  private static final int LOOKS_MAX = 4;

  private final RocksStore store;
  private final LinkedHashMap<Bytes, Row> rows = new LinkedHashMap<>();
  private long bytes;
  private int looks;

  PendingRows(RocksStore store) {
    this.store = store;
  }

  /** What a key has, if that is not in the database yet. */
  synchronized @Nullable Row find(Bytes key) {
    return rows.get(key);
  }

  synchronized void commit(Map<Bytes, Row> written) {
    for (Map.Entry<Bytes, Row> row : written.entrySet()) {
      @Nullable Row before = rows.put(row.getKey(), row.getValue());
      bytes += row.getValue().length();
      bytes += before == null ? ENTRY_BYTES + row.getKey().length() : -before.length();
    }
    if (bytes > BYTES_MAX) {
      writeOut();
    }
  }

  /** Writes all out if any of it is in that range: the database has what there is of it then. */
  synchronized void writeOutOf(Bytes from, Bytes to) {
    looks++;
    if (looks > LOOKS_MAX || Row.isAnyOf(rows, from, to)) {
      writeOut();
    }
  }

  synchronized void writeOut() {
    looks = 0;
    if (!rows.isEmpty()) {
      store.write(rows);
      rows.clear();
      bytes = 0;
    }
  }
}
