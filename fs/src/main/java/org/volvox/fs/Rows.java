package org.volvox.fs;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;

/** Reads and begins versioned values of the store; a value that cannot be read stops the node. */
final class Rows {
  private static final int VERSION = 1;

  private Rows() {}

  /** Reads one value behind its version. */
  interface Reader<T> {
    T read(ByteReader in) throws MalformedException;
  }

  static ByteWriter begin() {
    return new ByteWriter(64).u8(VERSION);
  }

  static <T> T read(Bytes value, Reader<T> reader) {
    try {
      ByteReader in = new ByteReader(value);
      Invariant.check(in.u8() == VERSION, "a row of a version that this does not know");
      T row = reader.read(in);
      in.end();
      return row;
    } catch (MalformedException e) {
      throw Invariant.broken("a row of the file system: " + e.getMessage());
    }
  }

  static <T> Optional<T> find(Bytes key, OrderedStore.Reader state, Reader<T> reader) {
    return state.get(key).map(value -> read(value, reader));
  }
}
