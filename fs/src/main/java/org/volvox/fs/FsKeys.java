package org.volvox.fs;

import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;

/** Builds and reads the keys that the package's front page lists. */
final class FsKeys {
  private static final int GROUP = 0;
  private static final int PART = 'F';
  private static final int PREFIX_BYTES = 3;

  private FsKeys() {}

  static Bytes table(char table) {
    return begin(table, 0).toBytes();
  }

  /** The first key behind a whole table. */
  static Bytes tableEnd(char table) {
    return table((char) (table + 1));
  }

  static Bytes key(char table, long id) {
    return begin(table, 8).u64(id).toBytes();
  }

  static Bytes key(char table, long id, long second) {
    return begin(table, 16).u64(id).u64(second).toBytes();
  }

  static Bytes name(long directory, Bytes name) {
    return begin('d', 8 + name.length()).u64(directory).raw(name).toBytes();
  }

  static Bytes token(Bytes token) {
    return begin('t', token.length()).raw(token).toBytes();
  }

  static Bytes node(int node) {
    return begin('y', 2).u16(node).toBytes();
  }

  static Bytes block(BlockId block) {
    ByteWriter out = begin('b', 16);
    block.encode(out);
    return out.toBytes();
  }

  /** The first possible key of a group's blocks. */
  static Bytes groupStart(int group) {
    return begin('b', 2).u16(group).toBytes();
  }

  static Bytes groupEnd(int group) {
    return group == 0xFFFF ? tableEnd('b') : groupStart(group + 1);
  }

  /** The first key behind a given one. */
  static Bytes after(Bytes key) {
    return key.concat(Bytes.wrap(new byte[1]));
  }

  /** What is behind the table's byte. */
  static Bytes rest(Bytes key) {
    return key.slice(PREFIX_BYTES, key.length());
  }

  /** The name at the end of a directory's key. */
  static String nameOf(Bytes key) {
    return key.slice(PREFIX_BYTES + 8, key.length()).utf8();
  }

  /** The number in the last eight bytes of a key. */
  static long lastId(Bytes key) {
    long id = 0;
    for (int i = key.length() - 8; i < key.length(); i++) {
      id = id << 8 | (key.at(i) & 0xFF);
    }
    return id;
  }

  /** About {@code more} bytes follow. */
  private static ByteWriter begin(char table, int more) {
    return new ByteWriter(PREFIX_BYTES + more).u8(GROUP).u8(PART).u8(table);
  }
}
