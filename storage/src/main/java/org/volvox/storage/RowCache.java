package org.volvox.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;

/**
 * What a store says of the keys that its writer used last, so that the few rows which each command
 * reads and writes again (a session, a directory, counters) are not asked of the store each time.
 * Big values are not kept. Owned by the store's only writer.
 */
final class RowCache {
  /** What is kept of keys and values, not counting what Java adds for each. */
  private static final long BYTES_MAX = 2L << 20;

  private static final int VALUE_BYTES_MAX = 1024;
  private static final int ENTRY_BYTES = 96;

  private final LinkedHashMap<Bytes, Row> rows = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** What is known of a key: its value, that it has none, or nothing at all (null). */
  @Nullable Row find(Bytes key) {
    return rows.get(key);
  }

  /** The store has another value for a key now: what is known of it, if anything, changes. */
  void renew(Bytes key, Row row) {
    int length = row.length();
    if (row.value().isEmpty() || length > VALUE_BYTES_MAX) {
      forget(key); // It is seldom asked for again, or too big.
      return;
    }
    @Nullable Row before = rows.replace(key, row);
    if (before != null) {
      bytes += length - before.length();
      shrink();
    }
  }

  /** Notes what the store has for a key now. */
  void note(Bytes key, Row row) {
    int length = row.length();
    if (length > VALUE_BYTES_MAX) {
      forget(key);
      return;
    }
    @Nullable Row before = rows.put(key, row);
    bytes += before == null ? weight(key, row) : length - before.length();
    shrink();
  }

  void forget(Bytes key) {
    @Nullable Row before = rows.remove(key);
    if (before != null) {
      bytes -= weight(key, before);
    }
  }

  private void shrink() {
    if (bytes <= BYTES_MAX) {
      return;
    }
    var eldest = rows.entrySet().iterator();
    while (bytes > BYTES_MAX && eldest.hasNext()) {
      Map.Entry<Bytes, Row> entry = eldest.next();
      bytes -= weight(entry.getKey(), entry.getValue());
      eldest.remove();
    }
  }

  private static int weight(Bytes key, Row row) {
    return ENTRY_BYTES + key.length() + row.length();
  }
}
