package org.volvox.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

/**
 * Reads one block from its segment and checks that it is the one. Only {@link BlockStore} uses it.
 */
final class BlockReader {
  private BlockReader() {}

  static BlockGet read(BlockSegment segment, BlockId id, BlockIndex.Where where, long storeId)
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
    boolean sound =
        header.isPresent()
            && header.get().id().equals(id)
            && header.get().length() == where.length()
            && (int) checksum.getValue() == where.crc();
    return sound
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
