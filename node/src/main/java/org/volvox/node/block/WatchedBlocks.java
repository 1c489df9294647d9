package org.volvox.node.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.calls.message.BlockMessage;

/**
 * This node's blocks in a folder that may be deleted under it. Files that are open outlive their
 * names: reads would go on for as long as the process, and what is written would be gone with it.
 * So whether the folder is still the one that was opened is looked at behind each put, and again
 * and again by {@link Repair}; if it is not, an empty store takes its place.
 */
public final class WatchedBlocks implements LocalBlocks, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedBlocks.class);

  /** The file that a store's index always has. */
  private static final Path INDEX = Path.of("index", "CURRENT");

  private final Path folder;
  private final Opener opener;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Operations hold it for reading, so that none meets a store that is being exchanged. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private StoredBlocks blocks;
  private Optional<Object> key;
  private boolean isClosed;

  /** Opens what is in the folder, or makes it anew there. */
  public interface Opener {
    StoredBlocks open() throws IOException;
  }

  private WatchedBlocks(Path folder, Opener opener) throws IOException {
    this.folder = folder;
    this.opener = opener;
    this.blocks = opener.open();
    this.key = keyOf(folder);
  }

  public static WatchedBlocks open(Path folder, Opener opener) throws IOException {
    return new WatchedBlocks(folder, opener);
  }

  /** Called after all blocks were lost, on whichever thread notices. */
  public void onLost(Runnable listener) {
    listeners.add(listener);
  }

  /** Whether the folder is gone; then there is an empty one by now. */
  boolean isLost() throws IOException {
    if (isThere()) {
      return false;
    }
    lock.writeLock().lock();
    try {
      if (isClosed || isThere()) {
        return false;
      }
      LOG.warn("the blocks in {} are gone; those that others have are fetched again", folder);
      closeQuietly(blocks);
      Files.createDirectories(folder);
      blocks = opener.open();
      key = keyOf(folder);
    } finally {
      lock.writeLock().unlock();
    }
    listeners.forEach(Runnable::run);
    return true;
  }

  private boolean isThere() throws IOException {
    lock.readLock().lock();
    try {
      return keyOf(folder).equals(key) && Files.exists(folder.resolve(INDEX));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** What tells a folder from another one of the same name; empty if there is none. */
  private static Optional<Object> keyOf(Path folder) throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(folder, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void closeQuietly(StoredBlocks gone) {
    try {
      gone.close();
    } catch (IOException | RuntimeException e) {
      LOG.debug("closing what is gone: {}", e.toString()); // There is nothing left to save.
    }
  }

  /** Asks the store of now. */
  private <T> T here(Function<StoredBlocks, T> question) {
    lock.readLock().lock();
    try {
      return question.apply(blocks);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public boolean has(BlockId block) {
    return here(store -> store.has(block));
  }

  @Override
  public void put(BlockId block, Bytes bytes, int crc32c) throws IOException {
    try {
      putHere(block, bytes, crc32c);
    } catch (IOException e) {
      var _ = isLost(); // Then that is why, and the next one can be stored.
      throw e;
    }
    if (isLost()) {
      throw new IOException("the folder of blocks was deleted");
    }
  }

  private void putHere(BlockId block, Bytes bytes, int crc32c) throws IOException {
    lock.readLock().lock();
    try {
      blocks.put(block, bytes, crc32c);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public Got get(BlockMessage.Get get) {
    return here(store -> store.get(get));
  }

  @Override
  public Got check(BlockId block) {
    return here(store -> store.check(block));
  }

  @Override
  public List<BlockId> list(Optional<BlockId> after, int limit) {
    return here(store -> store.list(after, limit));
  }

  @Override
  public boolean hasRoom() {
    return here(StoredBlocks::hasRoom);
  }

  @Override
  public long bytes() {
    return here(StoredBlocks::bytes);
  }

  @Override
  public void delete(BlockId block) throws IOException {
    lock.readLock().lock();
    try {
      blocks.delete(block);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public long count() {
    return here(StoredBlocks::count);
  }

  @Override
  public void close() throws IOException {
    lock.writeLock().lock();
    try {
      isClosed = true;
      blocks.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
