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
  private static final int CAPACITY_BYTES_FIRST = 4 << 10;

  private final int capacityBytesMax;
  private byte[] ring;
  private long taken;
  private long end;
  private boolean ended;
  private boolean discarding;

  RetainedStream(int capacityBytesMax) {
    this.capacityBytesMax = capacityBytesMax;
    this.ring = new byte[Math.min(CAPACITY_BYTES_FIRST, capacityBytesMax)];
  }

  /** Appends all bytes, waiting for room. */
  synchronized void append(Bytes bytes) throws InterruptedException {
    int done = 0;
    while (done < bytes.length()) {
      if (end - taken == ring.length && ring.length < capacityBytesMax) {
        grow(bytes.length() - done);
      }
      while (end - taken == ring.length && !ended && !discarding) {
        wait();
      }
      if (ended) {
        return;
      }
      if (discarding) {
        end += bytes.length() - done;
        taken = end;
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

  /** Most programs say little: memory is taken only as far as it is needed. */
  private void grow(int more) {
    int wanted = Math.max(ring.length * 2, Math.min(ring.length + more, capacityBytesMax));
    byte[] larger = new byte[Math.min(wanted, capacityBytesMax)];
    for (long offset = taken; offset < end; offset++) {
      larger[(int) (offset % larger.length)] = ring[(int) (offset % ring.length)];
    }
    ring = larger;
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

  /** Forgets what is kept and whatever comes: nobody will read it. */
  synchronized void discard() {
    discarding = true;
    taken = end;
    notifyAll();
  }

  /** Whether the program has to wait for a reader. */
  synchronized boolean isFull() {
    return !ended && end - taken == capacityBytesMax;
  }

  synchronized boolean keeps(long offset) {
    return offset >= taken && offset <= end;
  }

  synchronized long memoryBytes() {
    return ring.length;
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
