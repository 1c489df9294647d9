package org.volvox.storage;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;

/**
 * Copies what is alive in one finished segment to the newest one. The old places hold until the new
 * ones are durable, and the file goes only after the index was flushed. Only {@link BlockStore}
 * uses it.
 */
final class BlockCompaction {
  private static final Logger LOG = LoggerFactory.getLogger(BlockCompaction.class);

  private final BlockStore store;
  private final BlockSegment segment;
  private final long storeId;

  BlockCompaction(BlockStore store, BlockSegment segment, long storeId) {
    this.store = store;
    this.segment = segment;
    this.storeId = storeId;
  }

  void run() throws IOException {
    byte[] header = new byte[BlockRecord.HEADER_BYTES];
    long at = 0;
    while (at < segment.end && segment.read(header, header.length, at)) {
      Optional<BlockRecord> found =
          BlockRecord.decode(Bytes.copyOf(header), storeId, segment.number, at);
      if (found.isEmpty()) {
        at = BlockRecord.align(at + 1);
        continue;
      }
      BlockRecord record = found.get();
      if (record.kind() == BlockRecord.Kind.BLOCK) {
        copyBlock(record);
      } else if (!store.isOldest(segment)) {
        copyTombstones(record);
      }
      at += record.paddedBytes();
    }
  }

  private void copyBlock(BlockRecord record) throws IOException {
    BlockIndex.Where where =
        new BlockIndex.Where(segment.number, record.offset(), record.length(), record.crc());
    if (!store.find(record.id()).equals(Optional.of(where))) {
      return;
    }
    byte[] payload = payload(record);
    if (Checksums.crc32c(Bytes.wrap(payload)) != record.crc()) {
      // The only copy, perhaps, and some of its bytes may be right: it goes when another has come.
      LOG.warn("{} is corrupt in {}, which stays for it", record.id(), segment.file());
      store.keep(segment);
      return;
    }
    BlockStore.Reserved place = store.reserveMove(record.id(), record.length(), record.crc());
    try {
      place.segment().write(payload, place.offset() + BlockRecord.HEADER_BYTES);
      store.move(place, record.id(), where);
    } finally {
      store.abandon(place);
    }
  }

  /** Keeps what was deleted from older segments deleted, should the index be lost. */
  private void copyTombstones(BlockRecord record) throws IOException {
    byte[] payload = payload(record);
    if (Checksums.crc32c(Bytes.wrap(payload)) == record.crc()) {
      BlockStore.Reserved place =
          store.reserve(BlockRecord.Kind.TOMBSTONES, record.id(), record.length(), record.crc());
      try {
        place.segment().write(payload, place.offset() + BlockRecord.HEADER_BYTES);
      } finally {
        store.abandon(place);
      }
    }
  }

  private byte[] payload(BlockRecord record) throws IOException {
    byte[] payload = new byte[record.length()];
    segment.read(payload, payload.length, record.offset() + BlockRecord.HEADER_BYTES);
    return payload;
  }
}
