package org.volvox.consensus.raft;

import java.util.ArrayDeque;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

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
  /** Who waits for an answer: the own shell, or a follower for reads of its own. */
  sealed interface Asker {
    record Own(long read) implements Asker {}

    record Peer(NodeId id, long request) implements Asker {}
  }

  /** A read; answered with {@code index} once {@code round} is confirmed. */
  record Pending(Asker asker, LogIndex index, long round) {}

  private record Sent(long round, MonoTime at) {}

  private final int pendingMax;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  /** When the rounds behind the confirmed one were sent; few, since a quorum answers or is lost. */
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();

  private long roundSent;
  private long roundConfirmed;
  private Optional<MonoTime> confirmedSentAt = Optional.empty();

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

  void add(Asker asker, LogIndex index) {
    pending.addLast(new Pending(asker, index, roundSent + 1));
  }

  /** Whether reads wait for a round not yet sent. */
  boolean needsRound() {
    return !pending.isEmpty() && pending.getLast().round() > roundSent;
  }

  boolean isRoundOpen() {
    return roundSent > roundConfirmed;
  }

  void startRound(MonoTime now) {
    roundSent++;
    sent.addLast(new Sent(roundSent, now));
  }

  void confirm(long round) {
    Invariant.check(round <= roundSent, "round confirmed before it was sent", round, roundSent);
    roundConfirmed = Math.max(roundConfirmed, round);
    while (!sent.isEmpty() && sent.getFirst().round() <= roundConfirmed) {
      confirmedSentAt = Optional.of(sent.removeFirst().at());
    }
  }

  /** When the last round that a quorum has answered was sent. */
  Optional<MonoTime> confirmedSentAt() {
    return confirmedSentAt;
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
