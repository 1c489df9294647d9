package org.volvox.node.block;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.calls.message.BlockMessage;
import org.volvox.storage.BlockGet;
import org.volvox.storage.BlockPut;
import org.volvox.storage.BlockStore;

/** This node's blocks in its {@link BlockStore}. */
public final class StoredBlocks implements LocalBlocks, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoredBlocks.class);
  private static final int PAGE = 4096;

  private final BlockStore store;
  private final AtomicLong count = new AtomicLong();

  private StoredBlocks(BlockStore store) {
    this.store = store;
  }

  public static StoredBlocks open(Path folder) throws IOException {
    StoredBlocks blocks = new StoredBlocks(BlockStore.open(folder));
    blocks.count.set(blocks.countAll());
    return blocks;
  }

  @Override
  public boolean has(BlockId block) {
    return store.contains(block);
  }

  @Override
  public void put(BlockId block, Bytes bytes, int crc32c) throws IOException {
    boolean isNew = !store.contains(block);
    switch (store.put(block, bytes)) {
      case BlockPut.Stored() -> {
        if (isNew) {
          count.incrementAndGet();
        }
      }
      case BlockPut.Full(var why) -> throw new NoRoomException(why);
      case BlockPut.Refused(var why) -> throw new IOException(why);
      case BlockPut.Failed(var why) -> throw new IOException(why);
    }
  }

  @Override
  public Optional<Bytes> get(BlockMessage.Get get) {
    return switch (store.get(get.block())) {
      case BlockGet.Found(var bytes, var crc32c) ->
          bytes.length() == get.length() && crc32c == get.crc32c()
              ? Optional.of(bytes)
              : Optional.empty();
      case BlockGet.Missing() -> Optional.empty();
      case BlockGet.Corrupt(var why) -> {
        LOG.warn("{} is damaged here, another copy serves: {}", get.block(), why);
        if (store.dropIfCorrupt(get.block())) {
          count.decrementAndGet();
        }
        yield Optional.empty();
      }
      case BlockGet.Failed(var why) -> {
        LOG.warn("{} cannot be read here, another copy serves: {}", get.block(), why);
        yield Optional.empty();
      }
    };
  }

  @Override
  public void delete(BlockId block) throws IOException {
    if (store.contains(block)) {
      store.delete(List.of(block));
      count.decrementAndGet();
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
    return count.get();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private long countAll() {
    long counted = 0;
    Optional<BlockId> after = Optional.empty();
    List<BlockId> page = store.list(after, PAGE);
    while (!page.isEmpty()) {
      counted += page.size();
      after = Optional.of(page.getLast());
      page = store.list(after, PAGE);
    }
    return counted;
  }
}
