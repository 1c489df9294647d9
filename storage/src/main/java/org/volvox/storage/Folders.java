package org.volvox.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.volvox.base.DiskException;

/**
 * What the shells of this package share: durable names, whole reads and writes, kinds of errors.
 */
final class Folders {
  /**
   * A channel copies heap arrays through direct memory of the size of one operation; large blocks
   * of many threads at once would use all that a node grants.
   */
  private static final int PIECE_BYTES = 128 << 10;

  private Folders() {}

  /** Makes created, renamed and deleted names of a folder durable. */
  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Writes all of the buffer at an offset. */
  static void writeAll(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
      at += channel.write(bytes, at);
    }
  }

  /** Fills the buffer from an offset; false if the file ends before. */
  static boolean readAll(FileChannel channel, ByteBuffer target, long offset) throws IOException {
    long at = offset;
    int end = target.limit();
    while (target.position() < end) {
      target.limit(Math.min(end, target.position() + PIECE_BYTES));
      int count = channel.read(target, at);
      if (count < 0) {
        return false;
      }
      at += count;
    }
    return true;
  }

  /** Whether the error says that there is no room: the disk's or the user's quota. */
  static boolean isFull(IOException error) {
    String text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota exceeded");
  }

  /** Tells what could not be done to what, why, and what to do about it. */
  static DiskException failure(String what, Path file, IOException error) {
    if (isFull(error)) {
      return new DiskException(
          DiskException.Kind.FULL,
          "cannot " + what + " " + file + ": no space left on its disk; free some and try again",
          error);
    }
    return new DiskException(
        DiskException.Kind.FAILED, "cannot " + what + " " + file + ": " + error, error);
  }
}
