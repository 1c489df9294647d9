package org.volvox.consensus.raft;

import java.util.ArrayDeque;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;

/**
 * Reads that wait for a quorum to confirm the leader (thesis 6.4), in order of arrival. Used by
 * {@link Reads} only; belongs to one leadership.
 *
 * <ol>
 *   <li>A round's number is used once in a term, and an answer counts only in its own term, so no
 *       answer to an older question confirms a read (etcd issue 20418).
 *   <li>A read waits for the first round that was sent after it came.
 * </ol>
 */
final class ReadQueue {
  /** A read; answered with {@code index} once {@code round} is confirmed. */
  record Pending(long read, LogIndex index, long round) {}

  private final int pendingMax;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private long roundSent;
  private long roundConfirmed;

  ReadQueue(int pendingMax) {
    this.pendingMax = pendingMax;
  }

  boolean isFull() {
    return pending.size() >= pendingMax;
  }

  /** The round that every append carries. */
  long round() {
    return roundSent;
  }

  void add(long read, LogIndex index) {
    pending.addLast(new Pending(read, index, roundSent + 1));
  }

  /** Whether reads wait for a round not yet sent. */
  boolean needsRound() {
    return !pending.isEmpty() && pending.getLast().round() > roundSent;
  }

  boolean isRoundOpen() {
    return roundSent > roundConfirmed;
  }

  void startRound() {
    roundSent++;
  }

  void confirm(long round) {
    Invariant.check(round <= roundSent, "round confirmed before it was sent", round, roundSent);
    roundConfirmed = Math.max(roundConfirmed, round);
  }

  boolean hasConfirmed() {
    return !pending.isEmpty() && pending.getFirst().round() <= roundConfirmed;
  }

  Pending remove() {
    return pending.removeFirst();
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }
}
