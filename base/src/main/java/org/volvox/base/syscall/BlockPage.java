package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Blocks that a node must hold in order of id, the epoch of the table that says so, and whether
 * more follow.
 */
public record BlockPage(long epoch, List<HeldBlock> blocks, boolean more) {
  public BlockPage {
    blocks = List.copyOf(blocks);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    out.u64(epoch);
    Wire.list(out, blocks, (to, block) -> block.write(to));
    out.bool(more);
    return out.toBytes();
  }

  public static BlockPage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "block page",
        in -> new BlockPage(in.u64(), Wire.list(in, 24, HeldBlock::read), in.bool()));
  }
}
