package org.volvox.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

/**
 * Reads one block from its segment and checks that it is the one. Only {@link BlockStore} uses it.
 */
class BlockReader {
  /** The one that stores use; a test names another to see that what is wrong with it is seen. */
  static final BlockReader CHECKING = new BlockReader();

  /** Whether what was read is what was put. */
  boolean isWhole(Optional<BlockRecord> header, BlockId id, BlockIndex.Where where, int crc) {
    return header.isPresent()
        && header.get().id().equals(id)
        && header.get().length() == where.length()
        && crc == where.crc();
  }

  final BlockGet read(BlockSegment segment, BlockId id, BlockIndex.Where where, long storeId)
      throws IOException {
    byte[] record = new byte[BlockRecord.HEADER_BYTES + where.length()];
    if (!segment.read(record, record.length, where.offset())) {
      return new BlockGet.Corrupt(id + " is cut off in " + segment.file());
    }
    Bytes head = Bytes.wrap(record, 0, BlockRecord.HEADER_BYTES);
    Optional<BlockRecord> header =
        BlockRecord.decode(head, storeId, where.segment(), where.offset());
    CRC32C checksum = new CRC32C();
    checksum.update(record, BlockRecord.HEADER_BYTES, where.length());
    return isWhole(header, id, where, (int) checksum.getValue())
        ? new BlockGet.Found(
            Bytes.wrap(record, BlockRecord.HEADER_BYTES, where.length()), where.crc())
        : new BlockGet.Corrupt(
            id
                + " does not match its checksum in "
                + segment.file()
                + " at byte "
                + where.offset());
  }
}
