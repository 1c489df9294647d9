package org.volvox.base.syscall;

import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/**
 * New block ids: {@code count} numbers from {@code first} on, of one session. The number names the
 * placement group too, so that neighbouring blocks of a file lie in different groups.
 */
public record BlockRange(SessionId session, long first, int count) {
  public Bytes encode() {
    ByteWriter out = Wire.begin();
    out.u64(session.value()).u64(first).u32(count);
    return out.toBytes();
  }

  public static BlockRange decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes, "block range", in -> new BlockRange(Wire.session(in), in.u64(), in.u32()));
  }

  /** The range's block {@code index}, counted from 0. */
  public BlockId block(int index) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("block " + index + " of a range of " + count);
    }
    return blockId(session, first + index);
  }

  /** The id that belongs to a number; its group follows from the number. */
  public static BlockId blockId(SessionId session, long seq) {
    return new BlockId((int) (seq % FileLimits.GROUPS), session.value(), seq);
  }
}
