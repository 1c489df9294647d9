package org.volvox.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads and writes local files a piece at a time: for each call a channel takes memory outside the
 * heap as big as what it is given, and the thread keeps it.
 */
final class Pieces {
  static final int BYTES = 256 * 1024;

  private Pieces() {}

  /** Fills the buffer from the file; false if the file ends before. */
  static boolean readFully(FileChannel source, ByteBuffer buffer, long at) throws IOException {
    long start = at - buffer.position();
    int end = buffer.limit();
    while (buffer.position() < end) {
      buffer.limit(Math.min(end, buffer.position() + BYTES));
      if (source.read(buffer, start + buffer.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  static void write(FileChannel target, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      target.write(buffer);
    }
  }
}
