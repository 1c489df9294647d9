package org.volvox.base.syscall;

import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Why a node cannot go yet: in how many placement groups fewer than two others surely have all, how
 * many blocks these have, counted up to {@link #BLOCKS_MAX}, and the first of them. A group without
 * blocks is counted too: one may be on its way.
 */
public record RiskReport(int groups, long blocks, Optional<BlockId> first) {
  /** Where counting ends: enough to say how much it is, and a bounded read. */
  public static final int BLOCKS_MAX = 100_000;

  public Bytes encode() {
    ByteWriter out = Wire.begin().u32(groups).u64(blocks);
    Wire.optional(out, first, (to, block) -> block.encode(to));
    return out.toBytes();
  }

  public static RiskReport decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "risk report",
        in -> new RiskReport(in.u32(), in.u64(), Wire.optional(in, BlockId::decode)));
  }
}
