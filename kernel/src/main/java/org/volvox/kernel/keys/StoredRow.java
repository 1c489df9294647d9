package org.volvox.kernel.keys;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.KeyRow;

/** The rows of keys as they are stored, each with a version before it. */
final class StoredRow {
  private static final int VERSION = 1;
  private static final int DELETION = 2;

  private StoredRow() {}

  /** u8 version; u64 created, changed, version, lease; the value. */
  static Bytes encode(KeyRow row) {
    ByteWriter out = new ByteWriter(33 + row.value().length()).u8(VERSION);
    out.u64(row.created()).u64(row.changed()).u64(row.version()).u64(row.lease());
    return out.raw(row.value()).toBytes();
  }

  static KeyRow decode(Bytes key, Bytes stored) {
    try {
      ByteReader in = new ByteReader(stored);
      int version = in.u8();
      Invariant.check(version == VERSION, "row of a key of another version");
      long created = in.u64();
      long changed = in.u64();
      long count = in.u64();
      long lease = in.u64();
      return new KeyRow(key, in.raw(in.remaining()), created, changed, count, lease);
    } catch (MalformedException e) {
      throw Invariant.broken("row of a key: " + e.getMessage());
    }
  }

  /** A version of a key that says that it was deleted then. */
  static Bytes deletion() {
    return new ByteWriter(1).u8(DELETION).toBytes();
  }

  static boolean isDeletion(Bytes stored) {
    return stored.length() == 1 && stored.at(0) == DELETION;
  }

  /**
   * A change in the history.
   *
   * @param before the revision of the version before, or 0
   */
  record Change(boolean isDeletion, long before, Bytes key) {
    /** u8 version, bool, u64 before, the key. */
    Bytes encode() {
      ByteWriter out = new ByteWriter(10 + key.length()).u8(VERSION).bool(isDeletion);
      return out.u64(before).raw(key).toBytes();
    }

    static Change decode(Bytes stored) {
      try {
        ByteReader in = new ByteReader(stored);
        int version = in.u8();
        Invariant.check(version == VERSION, "change of a key of another version");
        return new Change(in.bool(), in.u64(), in.raw(in.remaining()));
      } catch (MalformedException e) {
        throw Invariant.broken("change of a key: " + e.getMessage());
      }
    }
  }
}
