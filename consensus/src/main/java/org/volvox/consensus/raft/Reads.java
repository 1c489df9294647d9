package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.consensus.quorum.Majority;

/**
 * Linearizable reads without the log (thesis 6.4, ReadIndex): a read waits until a quorum has
 * answered a round sent after it came, and until the leader has committed an entry of its own term,
 * since only then it knows what was committed before. Used by {@link Raft} and {@link Replication}
 * only.
 *
 * <ol>
 *   <li>Every read is answered once, by ReadReady or ReadRefused.
 *   <li>One round is on its way at a time; reads that come meanwhile share the next.
 * </ol>
 */
final class Reads {
  private final RaftState state;
  private final Appender appender;

  Reads(RaftState state, Appender appender) {
    this.appender = appender;
    this.state = state;
  }

  void onRead(long read, MonoTime now) {
    if (!(state.role() instanceof Leader leader)) {
      refuse(read, state.refusal(now), state.leader());
      return;
    }
    if (leader.reads().isFull()) {
      refuse(read, Effect.Refusal.BUSY, state.leader());
      return;
    }
    if (!state.rules().confirmsReads()) {
      state.out().answer(new Effect.ReadReady(read, state.commit()));
      return;
    }
    leader.reads().add(read, isCurrent(leader) ? state.commit() : leader.termStart());
    if (!leader.reads().isRoundOpen()) {
      startRound(leader);
    }
    release(leader);
  }

  void onRoundEchoed(Leader leader) {
    if (leader.reads().isEmpty() && !leader.reads().isRoundOpen()) {
      return;
    }
    release(leader);
    if (leader.reads().needsRound() && !leader.reads().isRoundOpen()) {
      startRound(leader);
    }
  }

  void onCommit(Leader leader) {
    release(leader);
  }

  /** The leadership is over: what was not confirmed cannot be any more. */
  void onDeposed(Leader leader, MonoTime now) {
    while (!leader.reads().isEmpty()) {
      refuse(leader.reads().remove().read(), state.refusal(now), state.leader());
    }
  }

  /** Whether the leader's commit index covers all that was committed before its term. */
  private boolean isCurrent(Leader leader) {
    return !state.commit().isBefore(leader.termStart()) || !state.rules().readsAfterOwnCommit();
  }

  private void startRound(Leader leader) {
    leader.reads().startRound();
    for (Progress peer : leader.peers()) {
      appender.sendEmpty(leader, peer);
    }
  }

  private void release(Leader leader) {
    long[] echoed = state.scratch();
    int at = 0;
    for (Progress peer : leader.peers()) {
      echoed[at++] = peer.roundEchoed();
    }
    echoed[at] = leader.reads().round();
    leader.reads().confirm(Majority.agreed(echoed));
    while (isCurrent(leader) && leader.reads().hasConfirmed()) {
      ReadQueue.Pending ready = leader.reads().remove();
      state.out().answer(new Effect.ReadReady(ready.read(), ready.index()));
    }
  }

  private void refuse(long read, Effect.Refusal why, Optional<NodeId> leader) {
    state.out().answer(new Effect.ReadRefused(read, why, leader));
  }
}
