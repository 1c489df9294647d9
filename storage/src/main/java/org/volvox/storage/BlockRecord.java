package org.volvox.storage;

import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * The header of a record in a block segment, version 1. Records begin on sectors; a header names
 * its store, segment and offset, so that a copy of a segment stored as data is never taken for one.
 *
 * <pre>
 *  0  4  magic "VXBL"       8  16  block id (tombstone: of the first)   48  8  store id
 *  4  1  version (1)       24   8  segment                              56  4  CRC-32C of 0-55
 *  5  1  kind              32   8  offset                               60  4  zero
 *  6  2  zero              40   4  payload bytes                        64  .  payload
 *                          44   4  CRC-32C of the payload
 * kind 1: a block.  kind 2: tombstones, as {@link BlockTombstone}.
 * </pre>
 */
record BlockRecord(
    Kind kind, BlockId id, long segment, long offset, int length, int crc, long store) {
  static final int HEADER_BYTES = 64;
  private static final int MAGIC = 0x5658424C;
  private static final int VERSION = 1;
  private static final int SECTOR_BYTES = 512;

  /** What a record is. */
  enum Kind {
    BLOCK,
    TOMBSTONES
  }

  /** Bytes on disk, to the end of the last sector. */
  long paddedBytes() {
    return padded(length);
  }

  static long padded(int length) {
    return align(HEADER_BYTES + (long) length);
  }

  static long align(long bytes) {
    return (bytes + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
  }

  Bytes encode() {
    ByteWriter out = new ByteWriter(HEADER_BYTES);
    out.u32(MAGIC).u8(VERSION).u8(kind == Kind.BLOCK ? 1 : 2).u16(0);
    id.encode(out);
    out.u64(segment).u64(offset).u32(length).u32(crc).u64(store);
    return out.u32(out.toBytes().crc32c()).u32(0).toBytes();
  }

  /** The header, if these bytes are one of this store, segment and offset. */
  static Optional<BlockRecord> decode(Bytes header, long store, long segment, long offset) {
    return decode(header, segment, offset).filter(record -> record.store == store);
  }

  /** The store that a segment's first header names. */
  static Optional<Long> storeOf(Bytes header, long segment) {
    return decode(header, segment, 0).map(BlockRecord::store);
  }

  private static Optional<BlockRecord> decode(Bytes header, long segment, long offset) {
    try {
      ByteReader in = new ByteReader(header);
      if (in.u32() != MAGIC || in.u8() != VERSION) {
        return Optional.empty();
      }
      Kind kind = in.u8() == 1 ? Kind.BLOCK : Kind.TOMBSTONES;
      in.u16();
      BlockRecord record =
          new BlockRecord(
              kind, BlockId.decode(in), in.u64(), in.u64(), in.u32(), in.u32(), in.u64());
      boolean sound =
          in.u32() == header.slice(0, HEADER_BYTES - 8).crc32c()
              && record.segment == segment
              && record.offset == offset
              && record.length >= 0;
      return sound ? Optional.of(record) : Optional.empty();
    } catch (MalformedException | IllegalArgumentException nonsense) {
      return Optional.empty();
    }
  }
}
