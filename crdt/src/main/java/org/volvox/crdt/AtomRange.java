package org.volvox.crdt;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;

/** Atoms from one place, inclusive, to another, exclusive, in the order of spaces, keys, kinds. */
public final class AtomRange {
  private final Bytes from;
  private final Bytes to;

  private AtomRange(Bytes from, Bytes to) {
    this.from = from;
    this.to = to;
  }

  /** All of a space. */
  public static AtomRange of(long space) {
    return new AtomRange(
        new ByteWriter(8).u64(space).toBytes(), new ByteWriter(8).u64(space + 1).toBytes());
  }

  /** The keys of a space from one, inclusive, to another, exclusive. */
  public static AtomRange of(long space, Bytes from, Bytes to) {
    return new AtomRange(AtomKey.start(space, from), AtomKey.start(space, to));
  }

  /** The keys of a space from one on, inclusive. */
  public static AtomRange from(long space, Bytes from) {
    return new AtomRange(AtomKey.start(space, from), of(space).to);
  }

  /** The elements of a set, the fields of a map, or the one atom of another kind. */
  public static AtomRange of(long space, Bytes key, Kind kind) {
    Bytes start = AtomKey.start(space, key);
    return new AtomRange(
        start.concat(Bytes.wrap(new byte[] {(byte) kind.code()})),
        start.concat(Bytes.wrap(new byte[] {(byte) (kind.code() + 1)})));
  }

  Bytes from() {
    return from;
  }

  Bytes to() {
    return to;
  }

  /** What of it is behind a key. */
  public AtomRange behind(AtomKey key) {
    Bytes next = key.encode().concat(Bytes.wrap(new byte[] {0}));
    return new AtomRange(next.compareTo(from) > 0 ? next : from, to);
  }

  @Override
  public String toString() {
    return from.hex() + " to " + to.hex();
  }
}
