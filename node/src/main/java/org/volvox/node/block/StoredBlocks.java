package org.volvox.node.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.calls.message.BlockMessage;
import org.volvox.storage.BlockGet;
import org.volvox.storage.BlockOptions;
import org.volvox.storage.BlockPut;
import org.volvox.storage.BlockStore;
import org.volvox.storage.DiskRoom;

/** This node's blocks in its {@link BlockStore}. */
public final class StoredBlocks implements LocalBlocks, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoredBlocks.class);

  private final BlockStore store;
  private final DiskRoom room;

  /** Those that a read found corrupt and that nothing has replaced yet. */
  private final Set<BlockId> damaged = new ConcurrentSkipListSet<>();

  private StoredBlocks(BlockStore store, DiskRoom room) {
    this.store = store;
    this.room = room;
  }

  /** Opens the blocks of a folder that is no running node's. */
  public static StoredBlocks open(Path folder) throws IOException {
    Files.createDirectories(folder);
    return open(folder, DiskRoom.of(folder), why -> LOG.warn("{}", why));
  }

  /** Opens a node's blocks; told is a failed sync, after which the node must not go on. */
  public static StoredBlocks open(Path folder, DiskRoom room, Consumer<String> onSyncFailed)
      throws IOException {
    BlockOptions options = new BlockOptions(room, BlockStore.SEGMENT_BYTES_DEFAULT, onSyncFailed);
    return new StoredBlocks(BlockStore.open(folder, options), room);
  }

  @Override
  public boolean has(BlockId block) {
    return store.contains(block) && !damaged.contains(block);
  }

  @Override
  public void put(BlockId block, Bytes bytes, int crc32c) throws IOException {
    BlockPut put = damaged.contains(block) ? store.replace(block, bytes) : store.put(block, bytes);
    switch (put) {
      case BlockPut.Stored() -> damaged.remove(block);
      case BlockPut.Full(var why) -> throw new NoRoomException(why);
      case BlockPut.Refused(var why) -> throw new IOException(why);
      case BlockPut.Failed(var why) -> throw new IOException(why);
    }
  }

  @Override
  public Got get(BlockMessage.Get get) {
    Got got = check(get.block());
    boolean isOther =
        got instanceof Got.Whole(var bytes, var crc32c)
            && (bytes.length() != get.length() || crc32c != get.crc32c());
    return isOther ? new Got.Missing() : got;
  }

  @Override
  public Got check(BlockId block) {
    return switch (store.get(block)) {
      case BlockGet.Found(var bytes, var crc32c) -> {
        damaged.remove(block); // A disk may fail to read what it gives the next time.
        yield new Got.Whole(bytes, crc32c);
      }
      case BlockGet.Missing() -> new Got.Missing();
      case BlockGet.Corrupt(var why) -> {
        damaged.add(block);
        yield new Got.Damaged(why);
      }
      case BlockGet.Failed(var why) -> {
        LOG.warn("{} cannot be read here, another copy serves: {}", block, why);
        yield new Got.Missing();
      }
    };
  }

  @Override
  public List<BlockId> list(Optional<BlockId> after, int limit) {
    return store.list(after, limit);
  }

  @Override
  public boolean hasRoom() {
    try {
      return !room.isFull();
    } catch (IOException e) {
      LOG.warn("the disk does not say how much room it has: {}", e.toString());
      return true; // A write will say more.
    }
  }

  @Override
  public long bytes() {
    return store.usage().liveBytes();
  }

  @Override
  public void delete(BlockId block) throws IOException {
    if (store.contains(block)) {
      store.delete(List.of(block));
      damaged.remove(block);
      compact();
    }
  }

  private void compact() {
    try {
      if (store.compact()) {
        LOG.info("moved the blocks of a half empty segment");
      }
    } catch (IOException e) {
      LOG.warn("blocks could not be moved to give room back: {}", e.toString());
    }
  }

  @Override
  public long count() {
    return store.usage().blocks() - damaged.size();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
