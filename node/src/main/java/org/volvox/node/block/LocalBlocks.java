package org.volvox.node.block;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.calls.message.BlockMessage;

/** The blocks that this node itself has, durably. Any thread may call. */
public interface LocalBlocks {
  /** What became of a read. */
  sealed interface Got {
    record Whole(Bytes bytes, int crc32c) implements Got {}

    record Missing() implements Got {}

    /** It is no use, and stays until a whole one is put in its place. */
    record Damaged(String why) implements Got {}
  }

  /** Whether it is here and, as far as is known, whole. */
  boolean has(BlockId block);

  /** Returns when the block is durable; one that is there already and whole is left as it is. */
  void put(BlockId block, Bytes bytes, int crc32c) throws IOException;

  /** The block if it is here with the length and checksum asked for; each read checks it. */
  Got get(BlockMessage.Get get);

  /** Reads a block, whatever its length, to see whether it is whole. */
  Got check(BlockId block);

  /** Ids in order, from behind {@code after} on. */
  List<BlockId> list(Optional<BlockId> after, int limit);

  /** Forgets a block; nothing happens if it is not here. */
  void delete(BlockId block) throws IOException;

  /** Whether new blocks are taken at all. */
  boolean hasRoom();

  long count();

  /** What they take on the disk. */
  long bytes();
}
