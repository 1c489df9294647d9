package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * What passes in BLOCK_PUT, BLOCK_GET and BLOCK_LIST, and in their PEER_ twins. A put sends Put,
 * then the block's bytes in messages of at most {@link #CHUNK_BYTES_MAX}, and half-closes; the
 * answer is Stored, once enough nodes hold it durably. A get sends Get and receives the bytes in
 * order; a block that no holder has ends with NOT_FOUND. A list sends Have and receives Listed.
 */
public final class BlockMessage {
  /** Between the 64 KiB of a frame and the 4 MiB of a message: few messages, small buffers. */
  public static final int CHUNK_BYTES_MAX = 256 << 10;

  /** Ids in one Listed message; 64 KiB of them. */
  public static final int LIST_MAX = 4096;

  private BlockMessage() {}

  /** u8 version, block, u64 epoch of the placement table, u32 length, u32 CRC-32C of its bytes. */
  public record Put(BlockId block, long epoch, int length, int crc32c) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(40);
      block.encode(out);
      return out.u64(epoch).u32(length).u32(crc32c).toBytes();
    }

    public static Put decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "block put");
      Put put = new Put(BlockId.decode(in), in.u64(), in.u32(), in.u32());
      in.end();
      return put;
    }
  }

  /** The nodes on which it is durable: u8 version, u32 count, u16 nodes. */
  public record Stored(List<NodeId> holders) {
    public Stored {
      holders = List.copyOf(holders);
    }

    public Bytes encode() {
      ByteWriter out = Versions.writer(5 + 2 * holders.size()).u32(holders.size());
      holders.forEach(holder -> out.u16(holder.value()));
      return out.toBytes();
    }

    public static Stored decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "block answer");
      int count = in.count(2);
      List<NodeId> holders = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        holders.add(
            NodeStatus.nodeId(in).orElseThrow(() -> new MalformedException("held by node 0")));
      }
      in.end();
      return new Stored(holders);
    }
  }

  /** u8 version, block, u32 length, u32 CRC-32C that the bytes must have. */
  public record Get(BlockId block, int length, int crc32c) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(32);
      block.encode(out);
      return out.u32(length).u32(crc32c).toBytes();
    }

    public static Get decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "block get");
      Get get = new Get(BlockId.decode(in), in.u32(), in.u32());
      in.end();
      return get;
    }
  }

  /**
   * Which of these blocks the answering node itself holds durably: u8 version, u32 count, blocks;
   * the answer is a Listed of those that it does.
   */
  public record Have(List<BlockId> blocks) {
    public Have {
      blocks = List.copyOf(blocks);
    }

    public Bytes encode() {
      return encodeBlocks(blocks);
    }

    public static Have decode(Bytes bytes) throws MalformedException {
      return new Have(decodeBlocks(bytes, "block question"));
    }
  }

  /** Blocks in order of id: u8 version, u32 count, blocks. */
  public record Listed(List<BlockId> blocks) {
    public Listed {
      blocks = List.copyOf(blocks);
    }

    public Bytes encode() {
      return encodeBlocks(blocks);
    }

    public static Listed decode(Bytes bytes) throws MalformedException {
      return new Listed(decodeBlocks(bytes, "block list"));
    }
  }

  private static Bytes encodeBlocks(List<BlockId> blocks) {
    ByteWriter out = Versions.writer(5 + BlockId.ENCODED_BYTES * blocks.size()).u32(blocks.size());
    blocks.forEach(block -> block.encode(out));
    return out.toBytes();
  }

  private static List<BlockId> decodeBlocks(Bytes bytes, String what) throws MalformedException {
    ByteReader in = Versions.reader(bytes, what);
    int count = in.count(BlockId.ENCODED_BYTES);
    if (count > LIST_MAX) {
      throw new MalformedException(what + " of " + count + " blocks");
    }
    List<BlockId> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      blocks.add(BlockId.decode(in));
    }
    in.end();
    return blocks;
  }
}
