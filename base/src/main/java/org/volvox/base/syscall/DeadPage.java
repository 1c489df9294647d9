package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Blocks to delete, each with its number in the order of their deaths, and whether more follow. */
public record DeadPage(List<DeadBlock> blocks, boolean more) {
  public DeadPage {
    blocks = List.copyOf(blocks);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    Wire.list(out, blocks, (to, block) -> block.write(to));
    out.bool(more);
    return out.toBytes();
  }

  public static DeadPage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes, "dead page", in -> new DeadPage(Wire.list(in, 24, DeadBlock::read), in.bool()));
  }
}
