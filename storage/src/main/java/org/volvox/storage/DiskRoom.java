package org.volvox.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much room is left on a node's disk. A reserve is kept for what lets a full node go on and
 * become empty again: the log until it is shortened, flushes of the state, deletions. Any thread
 * may ask.
 */
public final class DiskRoom {
  /** Two segments of the log and a flush of the state, and some. */
  private static final long RESERVE_BYTES_MIN = 64L << 20;

  private static final int RESERVE_PARTS = 100;

  /** Between full and free again, so that a disk does not change sides with every file. */
  private static final int DISTANCE_PARTS = 4;

  private final Left left;
  private final long reserveBytes;
  private boolean full;

  /** What the disk has left for this user. */
  interface Left {
    long bytes() throws IOException;
  }

  DiskRoom(Left left, long reserveBytes) {
    this.left = left;
    this.reserveBytes = reserveBytes;
  }

  /** Of the disk of a folder, with the default reserve: 64 MB or a hundredth, what is more. */
  public static DiskRoom of(Path folder) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    return new DiskRoom(
        disk::getUsableSpace, Math.max(RESERVE_BYTES_MIN, disk.getTotalSpace() / RESERVE_PARTS));
  }

  /** Of the disk of a folder, with so much in reserve. */
  public static DiskRoom of(Path folder, long reserveBytes) throws IOException {
    return new DiskRoom(Files.getFileStore(folder)::getUsableSpace, reserveBytes);
  }

  public long reserveBytes() {
    return reserveBytes;
  }

  public long leftBytes() throws IOException {
    return left.bytes();
  }

  /** Whether the reserve was reached and enough has not come back since. */
  public synchronized boolean isFull() throws IOException {
    long bytes = left.bytes();
    full = bytes < (full ? reserveBytes + reserveBytes / DISTANCE_PARTS : reserveBytes);
    return full;
  }

  /** Whether so much more leaves the reserve alone. */
  boolean takes(long bytes) throws IOException {
    return !isFull() && left.bytes() - bytes >= reserveBytes;
  }

  /** Whether so much may be copied to free more: that is what half of the reserve is for. */
  boolean takesToFree(long bytes) throws IOException {
    return left.bytes() - bytes >= reserveBytes / 2;
  }
}
