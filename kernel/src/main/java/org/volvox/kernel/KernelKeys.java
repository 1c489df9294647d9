package org.volvox.kernel;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;

/** Builds the keys that the package's front page lists. */
final class KernelKeys {
  private static final int GROUP = 0;

  private KernelKeys() {}

  static Bytes table(char part, char table) {
    return begin(part, table, 0).toBytes();
  }

  static Bytes key(char part, char table, long id) {
    return begin(part, table, 8).u64(id).toBytes();
  }

  static Bytes key(char part, char table, long first, long second) {
    return begin(part, table, 16).u64(first).u64(second).toBytes();
  }

  static Bytes nodeKey(char part, char table, int node, long id) {
    return begin(part, table, 10).u16(node).u64(id).toBytes();
  }

  /** The first key behind a whole table. */
  static Bytes tableEnd(char part, char table) {
    return table(part, (char) (table + 1));
  }

  /** The id in the last eight bytes of a key. */
  static long lastId(Bytes key) {
    long id = 0;
    for (int i = key.length() - 8; i < key.length(); i++) {
      id = id << 8 | (key.at(i) & 0xFF);
    }
    return id;
  }

  /** {@code more} bytes follow. */
  private static ByteWriter begin(char part, char table, int more) {
    return new ByteWriter(3 + more).u8(GROUP).u8(part).u8(table);
  }
}
