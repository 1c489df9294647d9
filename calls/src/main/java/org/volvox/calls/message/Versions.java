package org.volvox.calls.message;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** The version byte that begins each message of this package and of calls of services. */
public final class Versions {
  static final int VERSION = 1;

  private Versions() {}

  public static ByteWriter writer(int capacity) {
    return new ByteWriter(capacity).u8(VERSION);
  }

  /** Past the version; {@code what} is named if it is another. */
  public static ByteReader reader(Bytes bytes, String what) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException(what + " of version " + version + ", this reads " + VERSION);
    }
    return in;
  }
}
