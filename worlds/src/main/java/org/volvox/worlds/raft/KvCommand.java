package org.volvox.worlds.raft;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * A write to the key-value machine: the {@code sequence}-th of its session. Results of requests
 * below {@code lowestOpen} may be forgotten.
 */
record KvCommand(int session, int sequence, int lowestOpen, int kind, int key, int argument) {
  static final int PUT = 0;
  static final int ADD = 1;

  /** A read is no command; the number tells it from the others in a history. */
  static final int GET = 2;

  Bytes encode() {
    return new ByteWriter(24)
        .u32(session)
        .u32(sequence)
        .u32(lowestOpen)
        .u32(kind)
        .u32(key)
        .u32(argument)
        .toBytes();
  }

  static KvCommand decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    KvCommand command = new KvCommand(in.u32(), in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
    in.end();
    return command;
  }
}
