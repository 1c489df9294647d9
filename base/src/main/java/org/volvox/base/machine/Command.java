package org.volvox.base.machine;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/**
 * A request to change replicated state, version 1.
 *
 * <pre>
 * u8  version (1)          u32 group             u64 session        u64 seq
 * u64 lowest unacknowledged seq                  text principal     u16 type      bytes body
 * </pre>
 *
 * {@code seq} names the request within its session from 1; results of requests below {@code
 * lowestUnacknowledged} may be forgotten. At most {@link #BYTES_MAX}, checked at admission only.
 */
public record Command(
    int group,
    SessionId session,
    long seq,
    long lowestUnacknowledged,
    String principal,
    int type,
    Bytes body) {
  public static final int VERSION = 1;
  public static final int BYTES_MAX = 1 << 20;

  public Bytes encode() {
    Bytes name = Bytes.utf8(principal);
    return new ByteWriter(39 + name.length() + body.length())
        .u8(VERSION)
        .u32(group)
        .u64(session.value())
        .u64(seq)
        .u64(lowestUnacknowledged)
        .bytes(name)
        .u16(type)
        .bytes(body)
        .toBytes();
  }

  public static Command decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("command of version " + version + ", this reads " + VERSION);
    }
    int group = in.u32();
    long session = in.u64();
    if (session < 0) {
      throw new MalformedException("negative session id in a command");
    }
    Command command =
        new Command(
            group, new SessionId(session), in.u64(), in.u64(), in.text(), in.u16(), in.bytes());
    in.end();
    return command;
  }
}
