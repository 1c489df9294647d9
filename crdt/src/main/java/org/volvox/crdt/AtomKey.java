package org.volvox.crdt;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Where an atom is: the space, the caller's key, the kind, and the element of a set or the field of
 * a map ({@code part}, else empty).
 */
public record AtomKey(long space, Bytes key, Kind kind, Bytes part) {
  private static final int ESCAPED = 0;
  private static final int ESCAPE = 0xFF;

  /**
   * u64 space; the key with 00 written as 00 FF, then 00 00; u8 kind; the part. The order of these
   * bytes is the order of keys.
   */
  Bytes encode() {
    Bytes start = start(space, key);
    ByteWriter out = new ByteWriter(start.length() + 1 + part.length());
    return out.raw(start).u8(kind.code()).raw(part).toBytes();
  }

  /** What all atoms under a key begin with. */
  static Bytes start(long space, Bytes key) {
    ByteWriter out = new ByteWriter(10 + key.length());
    out.u64(space);
    for (int i = 0; i < key.length(); i++) {
      out.u8(key.at(i));
      if (key.at(i) == ESCAPED) {
        out.u8(ESCAPE);
      }
    }
    return out.u16(0).toBytes();
  }

  static AtomKey decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    long space = in.u64();
    ByteWriter key = new ByteWriter(bytes.length());
    boolean isInKey = true;
    while (isInKey) {
      int next = in.u8();
      if (next != ESCAPED) {
        key.u8(next);
        continue;
      }
      switch (in.u8()) {
        case ESCAPE -> key.u8(ESCAPED);
        case 0 -> isInKey = false;
        default -> throw new MalformedException("a zero in a key without its escape");
      }
    }
    int code = in.u8();
    Kind kind = Kind.of(code).orElseThrow(() -> new MalformedException("kind of atom " + code));
    return new AtomKey(space, key.toBytes(), kind, in.raw(in.remaining()));
  }
}
