package org.volvox.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;

/**
 * An {@link OrderedStore} by RocksDB: one column family, its own WAL off, unless it was opened by
 * {@link #openSynced} or {@link #openLogged}. A batch is for one thread, any number of threads may
 * have some; a snapshot may be read by several, and closed when none reads it.
 *
 * <ol>
 *   <li>A crash leaves a prefix of the committed batches, at least up to the last {@link #flush}:
 *       who writes keeps the applied index in the batch and replays the log from there.
 *   <li>Index and filter blocks and write buffers are charged to one cache, so memory is bounded by
 *       the figure given to {@link #open}.
 *   <li>Native memory is not touched after {@link #close}, whoever still reads: reads hold a lock.
 * </ol>
 */
public final class RocksStore implements OrderedStore {
  /** For the replicated state; with {@link #INDEX_BYTES} it makes the 48 MB that a node grants. */
  public static final long STATE_BYTES = 40L << 20;

  /** For the index of the block store. */
  public static final long INDEX_BYTES = 8L << 20;

  /** For data that merges: filters and indexes of some million rows, and what is read often. */
  public static final long DATA_BYTES = 32L << 20;

  /**
   * Two shards. RocksDB would take one for each 512 KiB, and a table's filter is bigger than that:
   * it would fit into none, and each read of an absent key would fetch it from the disk.
   */
  private static final int CACHE_SHARD_BITS = 1;

  /** What index and filter blocks may hold against the blocks of data. */
  private static final double HIGH_PRIORITY_PART = 0.5;

  /** By level, the last for all below: what is merged most often, some 300 MB, stays as it is. */
  private static final List<CompressionType> COMPRESSIONS =
      List.of(
          CompressionType.NO_COMPRESSION,
          CompressionType.NO_COMPRESSION,
          CompressionType.LZ4_COMPRESSION);

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final LRUCache cache;
  private final WriteBufferManager buffers;
  private final BloomFilter filter;
  private final Options options;
  private final WriteOptions writeOptions;
  private final RocksDB database;
  private final Commits commits;
  private boolean closed;

  /** What a commit leaves on the disk. */
  private enum Commits {
    /** Nothing for sure before the next flush. */
    LOOSE,
    /**
     * What a crash of the process leaves is all of it; one of the machine, up to the last flush.
     */
    LOGGED,
    /** All of it. */
    SYNCED
  }

  /** How a store's database is opened. */
  private interface Opener {
    RocksDB open(Options options) throws RocksDBException;
  }

  private RocksStore(long memoryBytes, Commits commits, Opener opener) throws RocksDBException {
    this.commits = commits;
    cache = new LRUCache(memoryBytes, CACHE_SHARD_BITS, false, HIGH_PRIORITY_PART);
    buffers = new WriteBufferManager(memoryBytes / 2, cache);
    filter = new BloomFilter(10);
    options = new Options();
    writeOptions =
        new WriteOptions()
            .setDisableWAL(commits == Commits.LOOSE)
            .setSync(commits == Commits.SYNCED);
    options
        // A torn end is what a crash leaves; damage before it is not passed over in silence.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setCreateIfMissing(true)
        .setWriteBufferManager(buffers)
        .setWriteBufferSize(memoryBytes / 5)
        .setMaxBackgroundJobs(2)
        // Twice as many as usual: half the compactions, which are a tenth of what a put costs.
        .setLevel0FileNumCompactionTrigger(8)
        .setMaxOpenFiles(128)
        .setCompressionPerLevel(COMPRESSIONS)
        .setStatsDumpPeriodSec(0)
        .setKeepLogFileNum(2)
        .setMaxLogFileSize(1 << 20)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setIndexBlockRestartInterval(16) // Keys begin alike: a small index.
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(filter));
    try {
      database = opener.open(options);
    } catch (RocksDBException failed) {
      closeOptions();
      throw failed;
    }
  }

  /** Opens the store in a folder, made if there is none. */
  public static RocksStore open(Path folder, long memoryBytes) {
    try {
      Files.createDirectories(folder);
      RocksLibrary.load(folder.resolveSibling("native"));
      return new RocksStore(
          memoryBytes, Commits.LOOSE, options -> RocksDB.open(options, folder.toString()));
    } catch (IOException failed) {
      throw new StoreException("cannot open the store in " + folder + ": " + failed, failed);
    } catch (RocksDBException failed) {
      throw new StoreException(
          "cannot open the store in "
              + folder
              + ": "
              + failed.getMessage()
              + "; if the disk is sound, move that folder away: it is made again from the log",
          failed);
    }
  }

  /**
   * Opens a store of which each committed batch is durable, made if there is none. What it holds is
   * nowhere else: nothing makes it again.
   */
  public static RocksStore openSynced(Path folder, long memoryBytes) {
    return open(folder, memoryBytes, Commits.SYNCED);
  }

  /**
   * Opens a store whose {@link #flush} makes all committed batches durable by one sync of its WAL,
   * made if there is none. What it holds is nowhere else, or only in part.
   */
  public static RocksStore openLogged(Path folder, long memoryBytes) {
    return open(folder, memoryBytes, Commits.LOGGED);
  }

  private static RocksStore open(Path folder, long memoryBytes, Commits commits) {
    try {
      Files.createDirectories(folder);
      RocksLibrary.load(folder.resolveSibling("native"));
      return new RocksStore(
          memoryBytes, commits, options -> RocksDB.open(options, folder.toString()));
    } catch (IOException | RocksDBException failed) {
      throw new StoreException(
          "cannot open the store in " + folder + ": " + failed.getMessage(), failed);
    }
  }

  /**
   * Opens a store that is there to look at it; nothing in its folder is changed. What the system
   * writes about it goes to {@code notes}. It ends by {@link #discard}.
   */
  static RocksStore look(Path folder, Path notes) {
    try {
      RocksLibrary.load(notes.resolve("native"));
      return new RocksStore(
          STATE_BYTES,
          Commits.LOOSE,
          options ->
              RocksDB.openReadOnly(
                  options.setCreateIfMissing(false).setDbLogDir(notes.toString()),
                  folder.toString()));
    } catch (IOException | RocksDBException failed) {
      throw new StoreException(
          "the store in " + folder + " cannot be read: " + failed.getMessage(), failed);
    }
  }

  @Override
  public Batch batch() {
    return inUse(RocksBatch::new);
  }

  @Override
  public Snapshot snapshot() {
    return inUse(RocksSnapshot::new);
  }

  @Override
  public void flush() {
    inUse(() -> {
      if (commits == Commits.LOGGED) {
        syncLog();
      } else {
        flushNow();
      }
      return true;
    });
  }

  /** What the store has for a key now, without a view to hold. */
  Optional<Bytes> get(Bytes key) {
    return inUse(() -> {
      try {
        return wrap(database.get(key.toArray()));
      } catch (RocksDBException failed) {
        throw failure("read", failed);
      }
    });
  }

  /** Puts and deletes (what has no value) all at once; no key is read again in between. */
  void write(Map<Bytes, Row> rows) {
    inUse(() -> {
      try (WriteBatch writes = new WriteBatch(WriteBatchForm.of(rows))) {
        database.write(writeOptions, writes);
        return true;
      } catch (RocksDBException failed) {
        throw failure("write", failed);
      }
    });
  }

  /** Bytes of the tables and of what is not in them yet. */
  long estimatedBytes() {
    return inUse(() -> {
      try {
        return database.getLongProperty("rocksdb.estimate-live-data-size")
            + database.getLongProperty("rocksdb.cur-size-all-mem-tables");
      } catch (RocksDBException failed) {
        throw failure("say its size", failed);
      }
    });
  }

  @Override
  public void close() {
    end(this::flushNow);
  }

  /** Closes a store that nobody wants to find again. */
  void discard() {
    end(() -> {});
  }

  private void end(Runnable atLast) {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        try {
          atLast.run();
        } finally {
          database.close();
          closeOptions();
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void syncLog() {
    try {
      database.syncWal();
    } catch (RocksDBException failed) {
      throw failure("sync", failed);
    }
  }

  private void flushNow() {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      database.flush(wait);
    } catch (RocksDBException failed) {
      throw failure("flush", failed);
    }
  }

  private void closeOptions() {
    writeOptions.close();
    options.close();
    filter.close();
    buffers.close();
    cache.close();
  }

  private <T> T inUse(Supplier<T> action) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
      return action.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Frees native memory, unless it went with the store. */
  private void release(Runnable action) {
    lock.readLock().lock();
    try {
      if (!closed) {
        action.run();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  private static StoreException failure(String what, RocksDBException failed) {
    return new StoreException(
        "the store could not "
            + what
            + ": "
            + failed.getMessage()
            + "; check its disk for room and errors, then start the node again",
        failed);
  }

  private static Optional<Bytes> wrap(byte @org.jspecify.annotations.Nullable [] value) {
    return value == null ? Optional.empty() : Optional.of(Bytes.wrap(value));
  }

  private static void walk(
      RocksIterator iterator, Bytes from, Bytes to, Direction direction, Visitor visitor)
      throws RocksDBException {
    boolean up = direction == Direction.ASCENDING;
    if (up) {
      iterator.seek(from.toArray());
    } else {
      iterator.seekForPrev(to.toArray());
      if (iterator.isValid() && Bytes.wrap(iterator.key()).equals(to)) {
        iterator.prev();
      }
    }
    while (iterator.isValid()) {
      Bytes key = Bytes.wrap(iterator.key());
      boolean inside = up ? key.compareTo(to) < 0 : key.compareTo(from) >= 0;
      if (!inside || !visitor.visit(key, Bytes.wrap(iterator.value()))) {
        return;
      }
      if (up) {
        iterator.next();
      } else {
        iterator.prev();
      }
    }
    iterator.status();
  }

  private final class RocksSnapshot implements Snapshot {
    private final org.rocksdb.Snapshot view = database.getSnapshot();
    private final ReadOptions reads = new ReadOptions().setSnapshot(view);
    private boolean released;

    @Override
    public Optional<Bytes> get(Bytes key) {
      return inUse(() -> {
        try {
          return wrap(database.get(reads, key.toArray()));
        } catch (RocksDBException failed) {
          throw failure("read", failed);
        }
      });
    }

    @Override
    public void scan(Bytes from, Bytes to, Direction direction, Visitor visitor) {
      if (from.compareTo(to) >= 0) {
        return;
      }
      inUse(() -> {
        try (Slice low = new Slice(from.toArray());
            Slice high = new Slice(to.toArray());
            ReadOptions bounded =
                new ReadOptions()
                    .setSnapshot(view)
                    .setIterateLowerBound(low)
                    .setIterateUpperBound(high);
            RocksIterator iterator = database.newIterator(bounded)) {
          walk(iterator, from, to, direction, visitor);
          return true;
        } catch (RocksDBException failed) {
          throw failure("scan", failed);
        }
      });
    }

    @Override
    public void close() {
      release(() -> {
        if (!released) {
          released = true;
          reads.close();
          database.releaseSnapshot(view);
        }
      });
    }
  }

  private final class RocksBatch implements Batch {
    private final WriteBatchWithIndex writes = new WriteBatchWithIndex(true);
    private final ReadOptions reads = new ReadOptions();

    @Override
    public void put(Bytes key, Bytes value) {
      try {
        writes.put(key.toArray(), value.toArray());
      } catch (RocksDBException failed) {
        throw failure("write", failed);
      }
    }

    @Override
    public void delete(Bytes key) {
      try {
        writes.delete(key.toArray());
      } catch (RocksDBException failed) {
        throw failure("delete", failed);
      }
    }

    @Override
    public Optional<Bytes> get(Bytes key) {
      return inUse(() -> {
        try {
          return wrap(writes.getFromBatchAndDB(database, reads, key.toArray()));
        } catch (RocksDBException failed) {
          throw failure("read", failed);
        }
      });
    }

    @Override
    public void scan(Bytes from, Bytes to, Direction direction, Visitor visitor) {
      if (from.compareTo(to) >= 0) {
        return;
      }
      inUse(() -> {
        // The merging iterator owns the one below and closes it.
        try (RocksIterator iterator = writes.newIteratorWithBase(database.newIterator(reads))) {
          walk(iterator, from, to, direction, visitor);
          return true;
        } catch (RocksDBException failed) {
          throw failure("scan", failed);
        }
      });
    }

    @Override
    public void commit() {
      inUse(() -> {
        try {
          database.write(writeOptions, writes);
          writes.clear();
          return true;
        } catch (RocksDBException failed) {
          throw failure("write", failed);
        }
      });
    }

    @Override
    public void close() {
      writes.close();
      reads.close();
    }
  }
}
