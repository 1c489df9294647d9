package org.volvox.kernel.keys;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;

/** Builds and reads the keys of the store that the package's front page lists. */
final class KeyTables {
  static final char COUNTERS = 't';
  static final char NAMES = 'n';
  static final char SPACES = 's';
  static final char USAGES = 'u';
  static final char CURRENT = 'c';
  static final char VERSIONS = 'v';
  static final char HISTORY = 'h';
  static final char LEASES = 'l';
  static final char TOUCHED = 'w';
  static final char LEASED_KEYS = 'k';
  static final char SPACE_LEASES = 'm';
  static final char DROPPING = 'x';

  private static final int GROUP = 0;
  private static final int PART = 'K';
  private static final int HEAD_BYTES = 3;
  private static final int ESCAPED = 0;
  private static final int ESCAPE = 0xFF;

  private KeyTables() {}

  static Bytes table(char table) {
    return begin(table, 0).toBytes();
  }

  static Bytes key(char table, long first) {
    return begin(table, 8).u64(first).toBytes();
  }

  static Bytes key(char table, long first, long second) {
    return begin(table, 16).u64(first).u64(second).toBytes();
  }

  static Bytes key(char table, long first, Bytes rest) {
    return begin(table, 8 + rest.length()).u64(first).raw(rest).toBytes();
  }

  static Bytes name(String name) {
    Bytes utf8 = Bytes.utf8(name);
    return begin(NAMES, utf8.length()).raw(utf8).toBytes();
  }

  static Bytes change(long space, long revision, int order) {
    return begin(HISTORY, 20).u64(space).u64(revision).u32(order).toBytes();
  }

  /** What all versions of a key begin with. */
  static Bytes versions(long space, Bytes key) {
    ByteWriter out = begin(VERSIONS, 18 + key.length()).u64(space);
    escape(out, key);
    return out.u16(0).toBytes();
  }

  static Bytes version(long space, Bytes key, long changed) {
    Bytes start = versions(space, key);
    return new ByteWriter(start.length() + 8).raw(start).u64(changed).toBytes();
  }

  private static void escape(ByteWriter out, Bytes key) {
    for (int at = 0; at < key.length(); at++) {
      out.u8(key.at(at));
      if (key.at(at) == ESCAPED) {
        out.u8(ESCAPE);
      }
    }
  }

  /** The key of a version's key in the store. */
  static Bytes keyOfVersion(Bytes stored) {
    try {
      ByteReader in = new ByteReader(stored.slice(HEAD_BYTES + 8, stored.length() - 8));
      ByteWriter key = new ByteWriter(stored.length());
      while (in.remaining() > 2) {
        int next = in.u8();
        key.u8(next);
        if (next == ESCAPED) {
          Invariant.check(in.u8() == ESCAPE, "a zero in a version's key without its escape");
        }
      }
      return key.toBytes();
    } catch (MalformedException e) {
      throw Invariant.broken("key of a version: " + e.getMessage());
    }
  }

  /** What is behind the table and the first number. */
  static Bytes rest(Bytes stored) {
    return stored.slice(HEAD_BYTES + 8, stored.length());
  }

  static long first(Bytes stored) {
    return number(stored, HEAD_BYTES);
  }

  static long second(Bytes stored) {
    return number(stored, HEAD_BYTES + 8);
  }

  /** The last eight bytes. */
  static long last(Bytes stored) {
    return number(stored, stored.length() - 8);
  }

  private static long number(Bytes stored, int at) {
    try {
      return new ByteReader(stored.slice(at, at + 8)).u64();
    } catch (MalformedException e) {
      throw Invariant.broken("a key of the store: " + e.getMessage());
    }
  }

  private static ByteWriter begin(char table, int more) {
    return new ByteWriter(HEAD_BYTES + more).u8(GROUP).u8(PART).u8(table);
  }
}
