package org.volvox.base.syscall;

import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/** A block that a node must hold. */
public record HeldBlock(BlockId block, int length, int crc32c) {
  void write(ByteWriter out) {
    block.encode(out);
    out.u32(length).u32(crc32c);
  }

  static HeldBlock read(ByteReader in) throws MalformedException {
    return new HeldBlock(BlockId.decode(in), in.u32(), in.u32());
  }
}
