package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** The physical limit of one synced write at a time: how often this disk makes 4 KiB durable. */
final class DiskLimit {
  private static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 1024;

  private static final long HIGHEST_NANOS = 60_000_000_000L;

  private DiskLimit() {}

  /** Overwrites a preallocated file block by block, each synced, for a time; syncs a second. */
  static double syncsPerSecond(Path folder, Duration time) throws IOException {
    Histogram taken = syncs(folder, time);
    return taken.getTotalCount() == 0 ? 0 : 1e9 / taken.getMean();
  }

  /** The same; how many nanoseconds each took. */
  static Histogram syncs(Path folder, Duration time) throws IOException {
    Path file = Files.createTempFile(folder, "sync", ".bin");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
      for (int at = 0; at < BLOCKS; at++) write(channel, block, at);
      channel.force(true);
      Histogram taken = new Histogram(HIGHEST_NANOS, 3);
      long start = System.nanoTime();
      for (long now = start; now - start < time.toNanos(); ) {
        write(channel, block, (int) (taken.getTotalCount() % BLOCKS));
        channel.force(false);
        long end = System.nanoTime();
        taken.recordValue(Math.min(end - now, HIGHEST_NANOS));
        now = end;
      }
      return taken;
    } finally {
      Files.delete(file);
    }
  }

  private static void write(FileChannel channel, ByteBuffer block, int at) throws IOException {
    block.clear();
    while (block.hasRemaining()) {
      channel.write(block, (long) at * BLOCK_BYTES + block.position());
    }
  }
}
