package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * A block that is durable on {@code holders}; {@code crc32c} is that of its {@code length} bytes.
 */
public record StoredBlock(BlockId block, int length, int crc32c, List<NodeId> holders) {
  public StoredBlock {
    holders = List.copyOf(holders);
  }

  void write(ByteWriter out) {
    block.encode(out);
    out.u32(length).u32(crc32c);
    Wire.nodes(out, holders);
  }

  static StoredBlock read(ByteReader in) throws MalformedException {
    return new StoredBlock(BlockId.decode(in), in.u32(), in.u32(), Wire.nodes(in));
  }
}
