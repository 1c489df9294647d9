package org.volvox.calls.message;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** The version byte that begins each message of this package. */
final class Versions {
  static final int VERSION = 1;

  private Versions() {}

  static ByteWriter writer(int capacity) {
    return new ByteWriter(capacity).u8(VERSION);
  }

  static ByteReader reader(Bytes bytes, String what) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException(what + " of version " + version + ", this reads " + VERSION);
    }
    return in;
  }
}
