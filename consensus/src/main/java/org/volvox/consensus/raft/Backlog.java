package org.volvox.consensus.raft;

import java.util.ArrayDeque;
import org.volvox.base.LogIndex;

/**
 * The bytes that a leader took and has not seen applied and durable, its limit on memory: a disk, a
 * machine or a quorum that falls behind turns into BUSY, not into a queue. Used by {@link
 * Replication}.
 *
 * <ol>
 *   <li>{@code bytes} is the sum over {@code batches}; it is zero when all is done, so nothing can
 *       leak (etcd commit ad49c8fd9).
 * </ol>
 */
final class Backlog {
  private record Batch(LogIndex last, long bytes) {}

  private final int bytesMax;
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private long bytes;

  Backlog(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Whether {@code more} fits on top of {@code pending}; one entry alone always does. */
  boolean hasRoom(long pending, int more) {
    return bytes + pending == 0 || bytes + pending + more <= bytesMax;
  }

  void add(LogIndex last, long more) {
    batches.addLast(new Batch(last, more));
    bytes += more;
  }

  void onDone(LogIndex index) {
    while (!batches.isEmpty() && !batches.getFirst().last().isAfter(index)) {
      bytes -= batches.removeFirst().bytes();
    }
  }
}
