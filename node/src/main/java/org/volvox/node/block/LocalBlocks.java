package org.volvox.node.block;

import java.io.IOException;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.calls.message.BlockMessage;

/** The blocks that this node itself has, durably. Any thread may call. */
public interface LocalBlocks {
  boolean has(BlockId block);

  /** Returns when the block is durable; one that is there already is left as it is. */
  void put(BlockId block, Bytes bytes, int crc32c) throws IOException;

  /** The block if it is here with the length and checksum asked for. */
  Optional<Bytes> get(BlockMessage.Get get);

  /** Forgets a block; nothing happens if it is not here. */
  void delete(BlockId block) throws IOException;

  long count();
}
