package org.volvox.node.process;

import java.util.Optional;
import org.volvox.base.Bytes;

/**
 * A bounded piece of a byte stream, kept until its reader says that it has it. Whoever appends
 * waits while it is full, so a reader that is slow or absent slows the program.
 *
 * <ol>
 *   <li>taken &lt;= end &lt;= taken + capacity; the bytes in between can be read any number of
 *       times.
 * </ol>
 */
final class RetainedStream {
  private final byte[] ring;
  private long taken;
  private long end;
  private boolean ended;

  RetainedStream(int capacityBytes) {
    ring = new byte[capacityBytes];
  }

  /** Appends all bytes, waiting for room. */
  synchronized void append(Bytes bytes) throws InterruptedException {
    int done = 0;
    while (done < bytes.length()) {
      while (end - taken == ring.length && !ended) {
        wait();
      }
      if (ended) {
        return;
      }
      int at = (int) (end % ring.length);
      int room = (int) Math.min(ring.length - (end - taken), ring.length - at);
      int count = Math.min(room, bytes.length() - done);
      bytes.copyTo(done, ring, at, count);
      end += count;
      done += count;
      notifyAll();
    }
  }

  /** No more bytes will come; what is there can still be read. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * Up to {@code bytesMax} bytes from {@code offset}, waiting for at least one; empty when the
   * stream has ended there or {@code reader} was stopped.
   */
  synchronized Optional<Bytes> read(long offset, int bytesMax, Reader reader)
      throws InterruptedException {
    if (offset < taken || offset > end) {
      throw new IllegalArgumentException(
          "offset " + offset + " is not in what is kept: " + taken + ".." + end);
    }
    while (offset == end && !ended && !reader.stopped) {
      wait();
    }
    if (reader.stopped || offset == end) {
      return Optional.empty();
    }
    int at = (int) (offset % ring.length);
    int count = (int) Math.min(Math.min(end - offset, ring.length - at), bytesMax);
    byte[] bytes = new byte[count];
    System.arraycopy(ring, at, bytes, 0, count);
    return Optional.of(Bytes.wrap(bytes));
  }

  /** The reader has everything before {@code offset}; a smaller one than before changes nothing. */
  synchronized void take(long offset) {
    if (offset > taken && offset <= end) {
      taken = offset;
      notifyAll();
    }
  }

  synchronized boolean keeps(long offset) {
    return offset >= taken && offset <= end;
  }

  synchronized boolean isDrained() {
    return ended && taken == end;
  }

  synchronized void stop(Reader reader) {
    reader.stopped = true;
    notifyAll();
  }

  /** One attached reader, so that it can be woken when its client goes away. */
  static final class Reader {
    private boolean stopped;
  }
}
