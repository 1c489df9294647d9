package org.volvox.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;

/**
 * Reads all segments of a block store that nobody has open, without its index, and says which
 * blocks are whole. Nothing is changed.
 */
public final class BlockCheck {
  private final Path folder;
  private final TreeMap<BlockId, Place> whole = new TreeMap<>();
  private final TreeMap<BlockId, Place> damaged = new TreeMap<>();
  private long storeId;

  /** Where a block is, as a person finds it. */
  public record Place(String segment, long offset, int length) {}

  /**
   * What was found.
   *
   * @param damaged those of which there is no whole record
   */
  public record Result(NavigableMap<BlockId, Place> whole, NavigableMap<BlockId, Place> damaged) {}

  private BlockCheck(Path folder) {
    this.folder = folder;
  }

  /** Checks the store in a folder; one that is not there has no blocks. */
  public static Result run(Path folder) throws IOException {
    BlockCheck check = new BlockCheck(folder);
    if (Files.isDirectory(folder)) {
      check.readAll();
    }
    check.whole.keySet().forEach(check.damaged::remove);
    return new Result(check.whole, check.damaged);
  }

  private void readAll() throws IOException {
    List<Path> files = BlockRecovery.files(folder);
    List<BlockSegment> segments = new ArrayList<>();
    try {
      for (Path file : files) {
        segments.add(BlockSegment.look(BlockRecovery.number(file), file));
      }
      Optional<Long> id = BlockStoreId.inSegments(segments);
      if (id.isEmpty()) {
        id = new BlockStoreId(folder).read();
      }
      storeId = id.orElse(0L);
      for (BlockSegment segment : segments) {
        read(segment);
      }
    } finally {
      for (BlockSegment segment : segments) {
        segment.close();
      }
    }
  }

  private void read(BlockSegment segment) throws IOException {
    byte[] header = new byte[BlockRecord.HEADER_BYTES];
    long at = 0;
    while (segment.read(header, header.length, at)) {
      Optional<BlockRecord> found =
          BlockRecord.decode(Bytes.copyOf(header), storeId, segment.number, at);
      if (found.isEmpty()) {
        at = BlockRecord.align(at + 1);
        continue;
      }
      take(segment, found.get());
      at += found.get().paddedBytes();
    }
  }

  private void take(BlockSegment segment, BlockRecord record) throws IOException {
    byte[] payload = new byte[record.length()];
    boolean isWhole =
        segment.read(payload, payload.length, record.offset() + BlockRecord.HEADER_BYTES)
            && Checksums.crc32c(Bytes.wrap(payload)) == record.crc();
    Place place =
        new Place(String.valueOf(segment.file().getFileName()), record.offset(), record.length());
    if (record.kind() == BlockRecord.Kind.BLOCK) {
      (isWhole ? whole : damaged).putIfAbsent(record.id(), place);
    } else if (isWhole) {
      bury(Bytes.wrap(payload));
    }
  }

  /** A tombstone ends the record at its place, whole or not, and no other. */
  private void bury(Bytes payload) {
    try {
      for (BlockTombstone tombstone : BlockTombstone.decodeAll(payload)) {
        String segment = BlockRecovery.fileName(tombstone.segment());
        for (Map<BlockId, Place> places : List.of(whole, damaged)) {
          Optional.ofNullable(places.get(tombstone.id()))
              .filter(at -> at.segment().equals(segment) && at.offset() == tombstone.offset())
              .ifPresent(at -> places.remove(tombstone.id()));
        }
      }
    } catch (MalformedException nonsense) {
      throw Invariant.broken(
          "tombstones with a right checksum make no sense: " + nonsense.getMessage());
    }
  }
}
