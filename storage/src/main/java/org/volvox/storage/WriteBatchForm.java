package org.volvox.storage;

import java.util.ArrayList;
import java.util.Arrays;
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
    List<Keyed> rows = new ArrayList<>(writes.size());
    writes.forEach((key, row) -> rows.add(new Keyed(key.toArray(), row)));
    rows.sort(Keyed::compareTo);
    rows.forEach(row -> form.row(row.key, row.row.value()));
    return form.out;
  }

  /** A row whose key is compared as the processor compares arrays. */
  private static final class Keyed {
    private final byte[] key;
    private final Row row;

    Keyed(byte[] key, Row row) {
      this.key = key;
      this.row = row;
    }

    int compareTo(Keyed other) {
      return Arrays.compareUnsigned(key, other.key);
    }
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

  private void row(byte[] key, Optional<Bytes> value) {
    out[at++] = value.isPresent() ? PUT : DELETE;
    length(key.length);
    System.arraycopy(key, 0, out, at, key.length);
    at += key.length;
    if (value.isPresent()) {
      int bytes = value.get().length();
      length(bytes);
      value.get().copyTo(0, out, at, bytes);
      at += bytes;
    }
  }

  private void length(int bytes) {
    int rest = bytes;
    while (rest > 0x7F) {
      out[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
  }
}
