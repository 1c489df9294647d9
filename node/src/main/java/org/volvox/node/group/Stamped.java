package org.volvox.node.group;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;

/**
 * The payload of a log entry: a command under the stamp that the leader gave it.
 *
 * <pre>
 * u8 version (1)   u64 wall milliseconds   u64 Lamport clock   then the command as it was sent
 * </pre>
 */
record Stamped(Stamp stamp, Command command) {
  private static final int VERSION = 1;

  static Bytes encode(Stamp stamp, Bytes command) {
    return new ByteWriter(17 + command.length())
        .u8(VERSION)
        .u64(stamp.wall().millis())
        .u64(stamp.clock().ticks())
        .raw(command)
        .toBytes();
  }

  static Stamped decode(Bytes payload) throws MalformedException {
    ByteReader in = new ByteReader(payload);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("log entry of version " + version);
    }
    WallTime wall = new WallTime(in.u64());
    LamportTime clock = new LamportTime(in.u64());
    return new Stamped(new Stamp(wall, clock), Command.decode(in.raw(in.remaining())));
  }
}
