package org.volvox.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One segment file of the block store. Reads, writes and {@link #sync} may run at once; the fields
 * that {@link BlockStore} changes are guarded by its lock.
 *
 * <p>A thread that is interrupted in file I/O closes the channel under everybody (java.nio's rule),
 * so each operation of another thread opens it again and goes on.
 */
final class BlockSegment {
  /** One operation on the file. */
  interface Io<T> {
    T on(FileChannel channel) throws IOException;
  }

  /** What makes the file durable. */
  private interface Sync {
    void of(FileChannel channel) throws IOException;
  }

  final long number;

  /** Where the next record goes; guarded by the store's lock. */
  long end;

  /** Offsets of records that are being written; guarded by the store's lock. */
  final TreeSet<Long> pending = new TreeSet<>();

  /** Bytes of records that the index refers to; guarded by the store's lock. */
  long liveBytes;

  /** A corrupt block is kept here until there is another; guarded by the store's lock. */
  boolean isStuck;

  private final Path file;
  private final ReentrantLock syncLock = new ReentrantLock();
  private final Condition syncEnded = syncLock.newCondition();
  private volatile Sync sync = channel -> channel.force(false);
  private FileChannel channel;
  private boolean dropped;
  private boolean syncing;
  private boolean failed;
  private long wanted;
  private long synced;

  private BlockSegment(long number, Path file, FileChannel channel, long end) {
    this.number = number;
    this.file = file;
    this.channel = channel;
    this.end = end;
  }

  static BlockSegment make(long number, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new BlockSegment(number, file, channel, 0);
  }

  static BlockSegment open(long number, Path file) throws IOException {
    FileChannel channel = openChannel(file);
    return new BlockSegment(number, file, channel, BlockRecord.align(channel.size()));
  }

  /** To be read only. */
  static BlockSegment look(long number, Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new BlockSegment(number, file, channel, BlockRecord.align(channel.size()));
  }

  Path file() {
    return file;
  }

  long fileBytes() throws IOException {
    return io(FileChannel::size);
  }

  /** Whether a sync has failed: what is not yet acknowledged must go elsewhere. */
  boolean hasFailed() {
    syncLock.lock();
    try {
      return failed;
    } finally {
      syncLock.unlock();
    }
  }

  /** Up to where all records are either in the index or given up; under the store's lock. */
  long resolvedEnd() {
    return pending.isEmpty() ? end : pending.first();
  }

  /** Writes the whole array. */
  void write(byte[] array, long offset) throws IOException {
    io(open -> {
      Folders.writeAll(open, ByteBuffer.wrap(array), offset);
      return true;
    });
  }

  /** Fills the array from an offset; false if the file ends before. */
  boolean read(byte[] target, int length, long offset) throws IOException {
    return io(open -> Folders.readAll(open, ByteBuffer.wrap(target, 0, length), offset));
  }

  /** Makes durable all that was written before the call; concurrent callers share one sync. */
  void sync() throws IOException {
    syncLock.lock();
    try {
      long mine = ++wanted;
      while (synced < mine) {
        if (failed) {
          throw new IOException("a sync of " + file + " failed");
        }
        if (syncing) {
          syncEnded.awaitUninterruptibly();
        } else {
          lead(wanted);
        }
      }
    } finally {
      syncLock.unlock();
    }
  }

  /** From now on the disk fails to make anything durable here; for tests. */
  void failSyncs() {
    sync =
        channel -> {
          throw new IOException("Input/output error");
        };
  }

  private void lead(long target) throws IOException {
    syncing = true;
    syncLock.unlock();
    boolean done = false;
    boolean interrupted = false;
    try {
      io(open -> {
        sync.of(open);
        return true;
      });
      done = true;
    } catch (ClosedChannelException closed) {
      interrupted = true; // This thread's own trouble: the next one leads.
      throw closed;
    } finally {
      syncLock.lock();
      syncing = false;
      if (done) {
        synced = Math.max(synced, target);
      } else if (!interrupted) {
        failed = true;
      }
      syncEnded.signalAll();
    }
  }

  /** Closes the file for good. */
  synchronized void close() throws IOException {
    dropped = true;
    channel.close();
  }

  /** Closes and deletes the file. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  private <T> T io(Io<T> action) throws IOException {
    while (true) {
      FileChannel open = channel();
      try {
        return action.on(open);
      } catch (ClosedChannelException closed) {
        if (Thread.currentThread().isInterrupted() || !reopen(open)) {
          throw closed;
        }
      }
    }
  }

  private synchronized FileChannel channel() {
    return channel;
  }

  private synchronized boolean reopen(FileChannel closed) throws IOException {
    if (dropped) {
      return false;
    }
    if (channel.equals(closed)) {
      channel = openChannel(file);
    }
    return true;
  }

  private static FileChannel openChannel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
