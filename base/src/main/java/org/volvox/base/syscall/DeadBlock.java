package org.volvox.base.syscall;

import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/** A block to delete and its number in the order of deaths. */
public record DeadBlock(long number, BlockId block) {
  void write(ByteWriter out) {
    out.u64(number);
    block.encode(out);
  }

  static DeadBlock read(ByteReader in) throws MalformedException {
    return new DeadBlock(in.u64(), BlockId.decode(in));
  }
}
