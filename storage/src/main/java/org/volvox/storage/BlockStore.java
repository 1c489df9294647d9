package org.volvox.storage;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

/**
 * Write-once blocks of at most 4 MiB in append segments, each with a CRC-32C; any number of threads
 * may use it.
 *
 * <ol>
 *   <li>A block is {@code Stored} only after its record and all records before it in the segment
 *       are synced; concurrent puts share syncs.
 *   <li>A record's header is written, under the lock, before the next record's place is given out:
 *       what is synced can be found by reading the segment from its start, record by record.
 *   <li>What {@code get} returns has the checksum of what was put, or it says Corrupt.
 *   <li>The index may be lost or lag; it is completed from the segments when the store is opened.
 *       It is flushed whenever a segment is full, so at most about two segments are read again.
 * </ol>
 */
public final class BlockStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockStore.class);
  public static final int BLOCK_BYTES_MAX = 4 << 20;
  public static final long SEGMENT_BYTES_DEFAULT = 256L << 20;

  private static final int GET_ATTEMPTS_MAX = 5;

  private final Path folder;
  private final long segmentBytes;
  private final Consumer<String> onSyncFailed;
  private final BlockReader reader;
  private final FolderLock folderLock;
  private final BlockIndex index;
  private final DiskRoom room;
  private final long storeId;
  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableMap<Long, BlockSegment> segments;
  private boolean closed;

  /** How many the index has; guarded by the lock. */
  private long count;

  /** Room for a record that is being written, and the corrupt one that it is to replace. */
  record Reserved(BlockSegment segment, long offset, Optional<BlockIndex.Where> replaced) {
    Reserved over(BlockIndex.Where corrupt) {
      return new Reserved(segment, offset, Optional.of(corrupt));
    }
  }

  /** What the store takes up: bytes of blocks that are there, and of its files; and how many. */
  public record Usage(long liveBytes, long fileBytes, long blocks) {}

  BlockStore(
      Path folder,
      BlockOptions options,
      FolderLock held,
      BlockRecovery.Result found,
      BlockReader reader) {
    this.folder = folder;
    this.reader = reader;
    this.room = options.room();
    this.segmentBytes = options.segmentBytes();
    this.onSyncFailed = options.onSyncFailed();
    this.folderLock = held;
    this.index = found.index();
    this.count = found.blocks();
    this.storeId = found.storeId();
    this.segments = new ConcurrentSkipListMap<>(found.segments());
  }

  /** Opens a store by itself, made if there is none. */
  public static BlockStore open(Path folder) throws IOException {
    return open(folder, SEGMENT_BYTES_DEFAULT);
  }

  /** As {@link #open(Path)}, with segments of about so many bytes. */
  public static BlockStore open(Path folder, long segmentBytes) throws IOException {
    Files.createDirectories(folder);
    return open(folder, new BlockOptions(DiskRoom.of(folder), segmentBytes, why -> {}));
  }

  /** Opens the store of a node, made if there is none. */
  public static BlockStore open(Path folder, BlockOptions options) throws IOException {
    FolderLock held = FolderLock.take(folder);
    try {
      return new BlockStore(folder, options, held, BlockRecovery.run(folder), BlockReader.CHECKING);
    } catch (IOException | RuntimeException failed) {
      held.close();
      throw failed;
    }
  }

  /** Puts a whole block; blocks until it is durable. */
  public BlockPut put(BlockId id, Bytes bytes) {
    try (BlockWriter writer = begin(id, bytes.length(), Checksums.crc32c(bytes))) {
      writer.write(bytes);
      return writer.commit();
    }
  }

  /** Begins a block that comes in parts. */
  public BlockWriter begin(BlockId id, int length, int crc32c) {
    if (length < 0 || length > BLOCK_BYTES_MAX) {
      return writer(id, new BlockPut.Refused(id + " of " + length + " bytes is too large"));
    }
    Optional<BlockIndex.Where> there = index.find(id);
    if (there.isPresent()) {
      return writer(id, BlockWriter.known(id, there.get(), length, crc32c));
    }
    try {
      Reserved place = reserve(BlockRecord.Kind.BLOCK, id, length, crc32c);
      return new BlockWriter(this, id, length, crc32c, place);
    } catch (IOException failed) {
      return writer(id, BlockWriter.failure("store", id, failed));
    }
  }

  /** Reads a block and checks it. */
  public BlockGet get(BlockId id) {
    for (int attempt = 0; attempt < GET_ATTEMPTS_MAX; attempt++) {
      Optional<BlockIndex.Where> where = index.find(id);
      if (where.isEmpty()) {
        return new BlockGet.Missing();
      }
      BlockSegment segment = segments.get(where.get().segment());
      if (segment != null) {
        try {
          return reader.read(segment, id, where.get(), storeId);
        } catch (ClosedChannelException moved) {
          if (Thread.currentThread().isInterrupted()) {
            return new BlockGet.Failed("reading " + id + " was interrupted");
          }
        } catch (IOException failed) {
          return new BlockGet.Corrupt(
              "cannot read " + id + " from " + segment.file() + ": " + failed);
        }
      }
    }
    return new BlockGet.Corrupt(id + " is in the index, but its segment is not there");
  }

  /**
   * Puts a block in the place of a copy that {@link #get} calls corrupt. That one goes only when
   * the new one is durable; one that is sound stays as it is.
   */
  public BlockPut replace(BlockId id, Bytes bytes) {
    Optional<BlockIndex.Where> old = index.find(id);
    if (old.isEmpty() || !(get(id) instanceof BlockGet.Corrupt)) {
      return put(id, bytes);
    }
    int crc = Checksums.crc32c(bytes);
    try {
      Reserved place = reserve(BlockRecord.Kind.BLOCK, id, bytes.length(), crc).over(old.get());
      try (BlockWriter writer = new BlockWriter(this, id, bytes.length(), crc, place)) {
        writer.write(bytes);
        return writer.commit();
      }
    } catch (IOException failed) {
      return BlockWriter.failure("store", id, failed);
    }
  }

  public boolean contains(BlockId id) {
    return index.find(id).isPresent();
  }

  /** Ids in order, from behind {@code after} on, at most {@code limit}. */
  public List<BlockId> list(Optional<BlockId> after, int limit) {
    return index.list(after, limit);
  }

  /** Removes blocks; their room comes back when a segment is empty or {@link #compact} runs. */
  public void delete(List<BlockId> ids) throws IOException {
    new BlockDeletion(this).run(ids);
    dropEmpty();
  }

  /**
   * Moves the blocks of one segment that is more than half dead elsewhere and deletes it; returns
   * whether there was one. To be called now and then.
   */
  public boolean compact() throws IOException {
    Optional<BlockSegment> worst = Optional.empty();
    lock.lock();
    try {
      for (BlockSegment segment : segments.values()) {
        if (isFinished(segment)
            && !segment.isStuck
            && segment.liveBytes * 2 < segment.end
            && room.takesToFree(segment.liveBytes)) {
          worst = Optional.of(segment);
          break;
        }
      }
    } finally {
      lock.unlock();
    }
    if (worst.isPresent()) {
      new BlockCompaction(this, worst.get(), storeId).run();
      dropEmpty();
    }
    return worst.isPresent();
  }

  public Usage usage() {
    lock.lock();
    try {
      long live = 0;
      long all = 0;
      for (BlockSegment segment : segments.values()) {
        live += segment.liveBytes;
        all += segment.end;
      }
      return new Usage(live, all, count);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      for (BlockSegment segment : segments.values()) {
        segment.close();
      }
      index.close();
      folderLock.close();
    } finally {
      lock.unlock();
    }
  }

  /** Gives out room and writes the header there; a full segment is followed by a new one. */
  Reserved reserve(BlockRecord.Kind kind, BlockId id, int length, int crc) throws IOException {
    if (kind == BlockRecord.Kind.BLOCK && !room.takes(BlockRecord.padded(length))) {
      throw new IOException(
          "no space left on device but the "
              + (room.reserveBytes() >> 20)
              + " MB in reserve for the log and the state");
    }
    return place(kind, id, length, crc);
  }

  /** As {@link #reserve}, for a block whose old place becomes free. */
  Reserved reserveMove(BlockId id, int length, int crc) throws IOException {
    if (!room.takesToFree(BlockRecord.padded(length))) {
      throw new IOException("no space left on device to move blocks");
    }
    return place(BlockRecord.Kind.BLOCK, id, length, crc);
  }

  private Reserved place(BlockRecord.Kind kind, BlockId id, int length, int crc)
      throws IOException {
    boolean rolled = false;
    Reserved reserved;
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the block store is closed");
      }
      long bytes = BlockRecord.padded(length);
      BlockSegment segment = segments.isEmpty() ? null : segments.lastEntry().getValue();
      if (segment == null
          || segment.hasFailed()
          || (segment.end > 0 && segment.end + bytes > segmentBytes)) {
        rolled = segment != null;
        segment = makeSegment(segment == null ? 1 : segment.number + 1);
      }
      long offset = segment.end;
      BlockRecord header = new BlockRecord(kind, id, segment.number, offset, length, crc, storeId);
      segment.write(header.encode().toArray(), offset);
      segment.end += bytes;
      segment.pending.add(offset);
      reserved = new Reserved(segment, offset, Optional.empty());
    } finally {
      lock.unlock();
    }
    if (rolled) {
      flushIndex();
    }
    return reserved;
  }

  /** Syncs a block's record and enters it into the index. */
  BlockPut finish(Reserved place, BlockId id, int length, int crc) {
    try {
      sync(place.segment());
    } catch (IOException failed) {
      abandon(place);
      return BlockWriter.failure("sync", id, failed);
    }
    lock.lock();
    try {
      Optional<BlockIndex.Where> there = index.find(id);
      place.segment().pending.remove(place.offset());
      if (!there.equals(place.replaced())) {
        erase(place.segment(), place.offset()); // Another writer was faster.
        return there.isPresent()
            ? BlockWriter.known(id, there.get(), length, crc)
            : new BlockPut.Failed(id + " was deleted meanwhile");
      }
      there.ifPresentOrElse(this::giveUp, () -> count++);
      enter(place, id, length, crc);
      return new BlockPut.Stored();
    } finally {
      lock.unlock();
    }
  }

  /** After a failed sync the disk may have lost what it took: the node is not to go on. */
  private void sync(BlockSegment segment) throws IOException {
    try {
      segment.sync();
    } catch (IOException failed) {
      if (segment.hasFailed()) {
        onSyncFailed.accept("blocks could not be made durable: " + failed.getMessage());
      }
      throw failed;
    }
  }

  /** As {@link #finish}, for a block that is copied: only if it is still where it was. */
  void move(Reserved place, BlockId id, BlockIndex.Where from) throws IOException {
    sync(place.segment());
    lock.lock();
    try {
      place.segment().pending.remove(place.offset());
      if (index.find(id).equals(Optional.of(from))) {
        subtract(from);
        enter(place, id, from.length(), from.crc());
      }
    } finally {
      lock.unlock();
    }
  }

  void abandon(Reserved place) {
    lock.lock();
    try {
      place.segment().pending.remove(place.offset());
    } finally {
      lock.unlock();
    }
  }

  /** Does not try to empty a segment again before the store is opened again. */
  void keep(BlockSegment segment) {
    lock.lock();
    try {
      segment.isStuck = true;
    } finally {
      lock.unlock();
    }
  }

  Optional<BlockIndex.Where> find(BlockId id) {
    return index.find(id);
  }

  /** Whether tombstones of a segment may still be needed: there are older segments. */
  boolean isOldest(BlockSegment segment) {
    return segments.firstKey() == segment.number;
  }

  /** The record that another takes the place of must not be found again without the index. */
  private void giveUp(BlockIndex.Where corrupt) {
    subtract(corrupt);
    BlockSegment segment = segments.get(corrupt.segment());
    if (segment != null) {
      erase(segment, corrupt.offset());
    }
  }

  /** Makes a second record of a block unreadable, so that it cannot outlive the first. */
  private static void erase(BlockSegment segment, long offset) {
    try {
      segment.write(new byte[BlockRecord.HEADER_BYTES], offset);
    } catch (IOException failed) {
      LOG.warn("cannot erase a record in {}: {}", segment.file(), failed.toString());
    }
  }

  private BlockWriter writer(BlockId id, BlockPut outcome) {
    return new BlockWriter(this, id, outcome);
  }

  /** Takes blocks out of the index, after what says so is written. */
  void remove(List<BlockId> ids) {
    lock.lock();
    try {
      List<BlockIndex.Where> there = ids.stream().flatMap(id -> index.find(id).stream()).toList();
      there.forEach(this::subtract);
      count -= there.size();
      index.delete(ids, rows());
    } finally {
      lock.unlock();
    }
  }

  private void dropEmpty() throws IOException {
    List<BlockSegment> empty = new ArrayList<>();
    lock.lock();
    try {
      for (BlockSegment segment : List.copyOf(segments.values())) {
        if (isFinished(segment) && segment.liveBytes == 0) {
          empty.add(segment);
        }
      }
      if (empty.isEmpty()) {
        return;
      }
      // A file with blocks must not go because of a wrong sum, so they are counted first.
      NavigableMap<Long, Long> live = index.liveBytes();
      empty.removeIf(segment -> live.containsKey(segment.number));
      for (BlockSegment segment : empty) {
        segments.remove(segment.number);
        index.drop(segment.number);
      }
      flushIndex(); // If it can be: then nothing durable needs these files' tombstones.
    } finally {
      lock.unlock();
    }
    for (BlockSegment segment : empty) {
      segment.delete();
    }
    Folders.syncFolder(folder);
  }

  /**
   * Flushes the index if there is room. Without it a crash costs reading more of the segments, and
   * may bring deleted blocks back; a flush that fails would cost the index until there is room.
   */
  void flushIndex() throws IOException {
    if (room.leftBytes() >= RocksStore.INDEX_BYTES) {
      index.flush();
    }
  }

  private boolean isFinished(BlockSegment segment) {
    return segment.pending.isEmpty() && segment.number != segments.lastKey();
  }

  private void enter(Reserved place, BlockId id, int length, int crc) {
    place.segment().liveBytes += BlockRecord.padded(length);
    index.put(
        id,
        new BlockIndex.Where(place.segment().number, place.offset(), length, crc),
        List.of(row(place.segment())));
  }

  private void subtract(BlockIndex.Where where) {
    BlockSegment segment = segments.get(where.segment());
    if (segment != null) {
      segment.liveBytes -= BlockRecord.padded(where.length());
    }
  }

  private List<BlockIndex.Row> rows() {
    return segments.values().stream().map(BlockStore::row).toList();
  }

  private static BlockIndex.Row row(BlockSegment segment) {
    return new BlockIndex.Row(segment.number, segment.resolvedEnd());
  }

  private BlockSegment makeSegment(long number) throws IOException {
    Path file = folder.resolve(BlockRecovery.fileName(number));
    Files.deleteIfExists(file); // A leftover of a failed try; segments in use have lower numbers.
    BlockSegment segment = BlockSegment.make(number, file);
    try {
      Folders.syncFolder(folder);
    } catch (IOException failed) {
      segment.delete();
      throw failed;
    }
    segments.put(number, segment);
    return segment;
  }
}
