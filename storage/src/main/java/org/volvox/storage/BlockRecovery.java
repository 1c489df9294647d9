package org.volvox.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Opens the block store's files and completes the index from them: reads each segment from where it
 * was last indexed, takes what checks out, skips what a crash tore. Only {@link BlockStore} uses
 * it.
 */
final class BlockRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(BlockRecovery.class);
  private static final String PREFIX = "blocks-";
  private static final int PIECE_BYTES = 1 << 20;

  /** The store's parts, ready for use. */
  record Result(
      BlockIndex index, long blocks, long storeId, NavigableMap<Long, BlockSegment> segments) {}

  private final Path folder;
  private final BlockIndex index;
  private final NavigableMap<Long, BlockSegment> segments = new TreeMap<>();
  private final byte[] piece = new byte[PIECE_BYTES];
  private long storeId;

  private BlockRecovery(Path folder, BlockIndex index) {
    this.folder = folder;
    this.index = index;
  }

  /** Opens what is in the folder. An index that cannot be read is made again from the segments. */
  static Result run(Path folder) throws IOException {
    Path files = folder.resolve("index");
    try {
      return run(folder, files);
    } catch (StoreException failed) {
      if (!failed.isDamage()) {
        throw failed;
      }
      LOG.warn("{} is damaged and made again from the blocks: {}", files, failed.getMessage());
      StateFolder.deleteTree(files);
      return run(folder, files);
    }
  }

  private static Result run(Path folder, Path indexFiles) throws IOException {
    BlockIndex index = new BlockIndex(RocksStore.open(indexFiles, RocksStore.INDEX_BYTES));
    try {
      return new BlockRecovery(folder, index).complete();
    } catch (IOException | RuntimeException failed) {
      index.discard();
      throw failed;
    }
  }

  static String fileName(long segment) {
    return PREFIX + HexFormat.of().toHexDigits(segment);
  }

  private Result complete() throws IOException {
    for (Path file : files(folder)) {
      long number = number(file);
      segments.put(number, BlockSegment.open(number, file));
    }
    storeId = new BlockStoreId(folder).of(segments.values());
    NavigableMap<Long, BlockIndex.Row> rows = new TreeMap<>();
    index.rows().forEach(row -> rows.put(row.segment(), row));
    forgetLost(rows);
    for (BlockSegment segment : segments.values()) {
      BlockIndex.Row row = rows.get(segment.number);
      scan(segment, row == null ? 0 : row.indexedTo());
    }
    NavigableMap<Long, Long> live = index.liveBytes();
    segments.values().forEach(segment -> segment.liveBytes = live.getOrDefault(segment.number, 0L));
    return new Result(index, index.count(), storeId, segments);
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(PREFIX + "[0-9a-f]{16}"))
          .sorted()
          .toList();
    }
  }

  static long number(Path file) {
    return HexFormat.fromHexDigitsToLong(
        String.valueOf(file.getFileName()).substring(PREFIX.length()));
  }

  /** Drops index entries of segments that are gone or were cut short: their blocks are missing. */
  private void forgetLost(NavigableMap<Long, BlockIndex.Row> rows) throws IOException {
    for (BlockIndex.Row row : List.copyOf(rows.values())) {
      BlockSegment segment = segments.get(row.segment());
      if (segment == null) {
        LOG.warn("{} is gone; its blocks are to be fetched again", fileName(row.segment()));
        index.drop(row.segment());
        rows.remove(row.segment());
      } else if (BlockRecord.align(segment.fileBytes()) < row.indexedTo()) {
        long bytes = segment.fileBytes();
        int lost =
            index.deleteAll(where ->
                where.segment() == row.segment()
                    && where.offset() + BlockRecord.HEADER_BYTES + where.length() > bytes);
        LOG.warn("{} was cut short; {} blocks are to be fetched again", segment.file(), lost);
      }
    }
  }

  private void scan(BlockSegment segment, long from) throws IOException {
    long fileBytes = segment.fileBytes();
    if (fileBytes <= from) {
      return;
    }
    // A process that was killed leaves written bytes that are not on disk yet.
    segment.sync();
    long at = from;
    long damaged = 0;
    byte[] header = new byte[BlockRecord.HEADER_BYTES];
    while (at + header.length <= fileBytes) {
      segment.read(header, header.length, at);
      Optional<BlockRecord> record =
          BlockRecord.decode(Bytes.copyOf(header), storeId, segment.number, at);
      if (record.isEmpty()) {
        at = BlockRecord.align(at + 1); // A torn header, never acknowledged: look for the next.
        continue;
      }
      if (at + header.length + record.get().length() <= fileBytes
          && matches(segment, record.get())) {
        take(segment, record.get());
      } else {
        damaged++;
      }
      at += record.get().paddedBytes();
    }
    if (damaged > 0) {
      LOG.warn(
          "{} has {} records that are torn or damaged; what of them was stored here counts as"
              + " missing and is fetched again",
          segment.file(),
          damaged);
    }
    segment.end = Math.max(segment.end, at);
    index.delete(List.of(), List.of(new BlockIndex.Row(segment.number, segment.end)));
  }

  private boolean matches(BlockSegment segment, BlockRecord record) throws IOException {
    CRC32C checksum = new CRC32C();
    long at = record.offset() + BlockRecord.HEADER_BYTES;
    for (int left = record.length(); left > 0; ) {
      int count = Math.min(left, piece.length);
      segment.read(piece, count, at);
      checksum.update(piece, 0, count);
      at += count;
      left -= count;
    }
    return (int) checksum.getValue() == record.crc();
  }

  private void take(BlockSegment segment, BlockRecord record) throws IOException {
    if (record.kind() == BlockRecord.Kind.TOMBSTONES) {
      bury(segment, record);
    } else if (index.find(record.id()).isEmpty()) {
      index.put(
          record.id(),
          new BlockIndex.Where(segment.number, record.offset(), record.length(), record.crc()),
          List.of());
    }
  }

  private void bury(BlockSegment segment, BlockRecord record) throws IOException {
    byte[] payload = new byte[record.length()];
    segment.read(payload, payload.length, record.offset() + BlockRecord.HEADER_BYTES);
    try {
      for (BlockTombstone tombstone : BlockTombstone.decodeAll(Bytes.wrap(payload))) {
        Optional<BlockIndex.Where> where = index.find(tombstone.id());
        if (where.isPresent()
            && where.get().segment() == tombstone.segment()
            && where.get().offset() == tombstone.offset()) {
          index.delete(List.of(tombstone.id()), List.of());
        }
      }
    } catch (MalformedException nonsense) {
      LOG.warn("tombstones in {} make no sense: {}", segment.file(), nonsense.getMessage());
    }
  }
}
