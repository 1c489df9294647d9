package org.volvox.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Says that a block was deleted from a place; the same block put again elsewhere is not meant. 32
 * bytes: id(16), u64 segment, u64 offset.
 */
record BlockTombstone(BlockId id, long segment, long offset) {
  static final int ENCODED_BYTES = BlockId.ENCODED_BYTES + 16;

  void encode(ByteWriter out) {
    id.encode(out);
    out.u64(segment).u64(offset);
  }

  /** Of those that are somewhere. */
  static Bytes encodeAll(List<BlockId> ids, Function<BlockId, Optional<BlockIndex.Where>> index) {
    ByteWriter out = new ByteWriter(ids.size() * ENCODED_BYTES);
    for (BlockId id : ids) {
      index
          .apply(id)
          .ifPresent(at -> new BlockTombstone(id, at.segment(), at.offset()).encode(out));
    }
    return out.toBytes();
  }

  static List<BlockTombstone> decodeAll(Bytes payload) throws MalformedException {
    List<BlockTombstone> tombstones = new ArrayList<>();
    ByteReader in = new ByteReader(payload);
    while (in.remaining() > 0) {
      tombstones.add(new BlockTombstone(BlockId.decode(in), in.u64(), in.u64()));
    }
    return tombstones;
  }
}
