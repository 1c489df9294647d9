package org.volvox.base.syscall;

import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/** The bytes of a file from {@code offset} on, {@code length} of them, are those of a block. */
public record Extent(long offset, BlockId block, int length, int crc32c) {
  void write(ByteWriter out) {
    out.u64(offset);
    block.encode(out);
    out.u32(length).u32(crc32c);
  }

  static Extent read(ByteReader in) throws MalformedException {
    return new Extent(in.u64(), BlockId.decode(in), in.u32(), in.u32());
  }

  /** The first byte behind it. */
  public long end() {
    return offset + length;
  }
}
