package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** The physical limit of one synced write at a time: how often this disk makes 4 KiB durable. */
final class DiskLimit {
  private static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 1024;

  private DiskLimit() {}

  /** Overwrites a preallocated file block by block, each synced, for a time; syncs a second. */
  static double syncsPerSecond(Path folder, Duration time) throws IOException {
    Path file = Files.createTempFile(folder, "sync", ".bin");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
      for (int at = 0; at < BLOCKS; at++) write(channel, block, at);
      channel.force(true);
      long start = System.nanoTime();
      long count = 0;
      while (System.nanoTime() - start < time.toNanos()) {
        write(channel, block, (int) (count++ % BLOCKS));
        channel.force(false);
      }
      return count * 1e9 / (System.nanoTime() - start);
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
