package org.volvox.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.Bytes;

/**
 * Puts writes into the form in which RocksDB has a batch in memory, so that they cross into native
 * code at once and not row by row. The form is that of RocksDB's own log (db/write_batch.cc), which
 * every version reads:
 *
 * <pre>
 * u64 sequence (0)   u32 number of records, both little-endian, then the records:
 * u8 1 (put)      varint length, key   varint length, value
 * u8 0 (delete)   varint length, key
 * </pre>
 */
final class WriteBatchForm {
  private static final int HEADER_BYTES = 12;
  private static final int COUNT_AT = 8;
  private static final byte DELETE = 0;
  private static final byte PUT = 1;

  private final byte[] out;
  private int at = HEADER_BYTES;

  private WriteBatchForm(int length) {
    out = new byte[length];
  }

  static byte[] of(Map<Bytes, Row> writes) {
    int length = HEADER_BYTES;
    for (Map.Entry<Bytes, Row> row : writes.entrySet()) {
      length += 1 + sized(row.getKey().length());
      if (row.getValue().value().isPresent()) {
        length += sized(row.getValue().length());
      }
    }
    WriteBatchForm form = new WriteBatchForm(length);
    form.count(writes.size());
    // In order: a memtable finds the place of a key cheaply that is near the one before.
    List<Map.Entry<Bytes, Row>> rows = new ArrayList<>(writes.entrySet());
    rows.sort(Map.Entry.comparingByKey());
    rows.forEach(row -> form.row(row.getKey(), row.getValue().value()));
    return form.out;
  }

  /** The bytes of a length and of what is so long. */
  private static int sized(int length) {
    int bytes = 1;
    for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes + length;
  }

  private void count(int rows) {
    for (int i = 0; i < Integer.BYTES; i++) {
      out[COUNT_AT + i] = (byte) (rows >>> (Byte.SIZE * i));
    }
  }

  private void row(Bytes key, Optional<Bytes> value) {
    out[at++] = value.isPresent() ? PUT : DELETE;
    sizedBytes(key);
    if (value.isPresent()) {
      sizedBytes(value.get());
    }
  }

  private void sizedBytes(Bytes bytes) {
    int rest = bytes.length();
    while (rest > 0x7F) {
      out[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
    bytes.copyTo(0, out, at, bytes.length());
    at += bytes.length();
  }
}
