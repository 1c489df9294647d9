package org.volvox.kernel.keys;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyRange;

/** Builds and reads the keys that the package's front page lists. */
final class SpaceKeys {
  static final int HEAD_BYTES = 3;
  private static final int GROUP = 0;
  private static final char PART = 'K';

  /** A key and its revision, of the table of versions. */
  record Version(Bytes key, long revision) {}

  private SpaceKeys() {}

  static Bytes table(char table) {
    return begin(table, 0).toBytes();
  }

  static Bytes tableEnd(char table) {
    return table((char) (table + 1));
  }

  static Bytes key(char table, long id) {
    return begin(table, 8).u64(id).toBytes();
  }

  static Bytes key(char table, long first, long second) {
    return begin(table, 16).u64(first).u64(second).toBytes();
  }

  static Bytes key(char table, long id, Bytes tail) {
    return begin(table, 8 + tail.length()).u64(id).raw(tail).toBytes();
  }

  static Bytes name(Bytes name) {
    return begin('n', name.length()).raw(name).toBytes();
  }

  static Bytes change(long space, long revision, int number) {
    return begin('h', 20).u64(space).u64(revision).u32(number).toBytes();
  }

  static Bytes version(long space, Bytes key, long revision) {
    ByteWriter out = begin('v', 18 + key.length()).u64(space);
    for (int i = 0; i < key.length(); i++) {
      out.u8(key.at(i));
      if (key.at(i) == 0) {
        out.u8(0xFF);
      }
    }
    return out.u8(0).u8(1).u64(revision).toBytes();
  }

  static Version version(Bytes stored) {
    int end = stored.length() - 10;
    ByteWriter key = new ByteWriter(end - HEAD_BYTES - 8);
    for (int i = HEAD_BYTES + 8; i < end; i++) {
      key.u8(stored.at(i));
      if (stored.at(i) == 0) {
        i++;
      }
    }
    return new Version(key.toBytes(), u64(stored, stored.length() - 8));
  }

  /** Where the keys of a range end in the table of keys as they are now. */
  static Bytes rangeEnd(long space, KeyRange range) {
    return range.to().map(to -> key('k', space, to)).orElse(key('k', space + 1));
  }

  /** Where the keys of a range end in the table of versions. */
  static Bytes versionsEnd(long space, KeyRange range) {
    return range.to().map(to -> version(space, to, 0)).orElse(key('v', space + 1));
  }

  static long u64(Bytes bytes, int at) {
    long number = 0;
    for (int i = at; i < at + 8; i++) {
      number = number << 8 | (bytes.at(i) & 0xFF);
    }
    return number;
  }

  static long lastId(Bytes key) {
    return u64(key, key.length() - 8);
  }

  /** {@code more} bytes follow, or somewhat more. */
  private static ByteWriter begin(char table, int more) {
    return new ByteWriter(HEAD_BYTES + more).u8(GROUP).u8(PART).u8(table);
  }
}
