package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * Linearizable reads without the log (thesis 6.4, ReadIndex): a read waits until a quorum has
 * answered a round sent after it came, and until the leader has committed an entry of its own term,
 * since only then it knows what was committed before. With leases (thesis 6.4.1) the last round
 * stands for a while. Used by {@link Raft} and {@link Replication} only.
 *
 * <ol>
 *   <li>Every read is answered once, by ReadReady or ReadRefused, or to the follower that asked.
 *   <li>One round for reads is on its way at a time; reads that come meanwhile share the next.
 *   <li>A lease begins when its round was sent, not when it was answered, and none holds once
 *       somebody was told to stand for election.
 * </ol>
 */
final class Reads {
  private final RaftState state;
  private final Appender appender;

  Reads(RaftState state, Appender appender) {
    this.appender = appender;
    this.state = state;
  }

  /** A read of this leader's own shell. */
  void onRead(Leader leader, long read, MonoTime now) {
    if (!ask(leader, new ReadQueue.Asker.Own(read), now)) {
      refuse(read, Effect.Refusal.BUSY, state.leader());
    }
  }

  /** A follower asks for its reads. */
  void onReadIndex(NodeId from, Message.ReadIndex asked, MonoTime now) {
    ReadQueue.Asker asker = new ReadQueue.Asker.Peer(from, asked.request());
    if (!asked.term().equals(state.term())
        || !(state.role() instanceof Leader leader)
        || !ask(leader, asker, now)) {
      answer(asker, Optional.empty());
    }
  }

  /** False if too many wait. */
  private boolean ask(Leader leader, ReadQueue.Asker asker, MonoTime now) {
    if (leader.reads().isFull()) {
      return false;
    }
    if (!state.rules().confirmsReads() || (isCurrent(leader) && hasLease(leader, now))) {
      answer(asker, Optional.of(state.commit()));
      return true;
    }
    leader.reads().add(asker, isCurrent(leader) ? state.commit() : leader.termStart());
    if (!leader.reads().isRoundOpen()) {
      startRound(leader, now);
    }
    release(leader);
    return true;
  }

  /** The heartbeat that follows carries a round if reads wait for one, or a lease is to go on. */
  void onHeartbeat(Leader leader, MonoTime now) {
    if (leader.reads().needsRound() || state.config().leaseDrift().isPresent()) {
      leader.reads().startRound(now);
    }
  }

  void onRoundEchoed(Leader leader) {
    if (!leader.reads().isEmpty() || leader.reads().isRoundOpen()) {
      release(leader);
    }
  }

  /**
   * After each step: reads that came while a round was on its way get theirs. A leader that has
   * come to be the only voter hears no answer that would begin it, and needs none.
   */
  void onStep(MonoTime now) {
    if (state.role() instanceof Leader leader && !leader.reads().isEmpty()) {
      release(leader);
      if (leader.reads().needsRound() && !leader.reads().isRoundOpen()) {
        startRound(leader, now);
        release(leader);
      }
    }
  }

  void onCommit(Leader leader) {
    release(leader);
  }

  /** The leadership is over: what was not confirmed cannot be any more. */
  void onDeposed(Leader leader, MonoTime now) {
    while (!leader.reads().isEmpty()) {
      switch (leader.reads().remove().asker()) {
        case ReadQueue.Asker.Own(var read) -> refuse(read, state.refusal(now), state.leader());
        case ReadQueue.Asker.Peer peer -> answer(peer, Optional.empty());
      }
    }
  }

  /** Whether the leader's commit index covers all that was committed before its term. */
  private boolean isCurrent(Leader leader) {
    return !state.commit().isBefore(leader.termStart()) || !state.rules().readsAfterOwnCommit();
  }

  /** Whether nobody can have been elected since a quorum answered this leader. */
  private boolean hasLease(Leader leader, MonoTime now) {
    return state.config().leaseDrift().isPresent()
        && !leader.isLeaseGone()
        && leader
            .reads()
            .confirmedSentAt()
            .map(sent ->
                now.nanosSince(sent) < state.config().leaseNanos() || !state.rules().endsLeases())
            .orElse(false);
  }

  private void startRound(Leader leader, MonoTime now) {
    leader.reads().startRound(now);
    for (Progress peer : leader.peers()) {
      appender.sendEmpty(leader, peer);
    }
  }

  private void release(Leader leader) {
    long round = leader.reads().round();
    leader
        .reads()
        .confirm(
            state
                .quorum()
                .agreed(id ->
                    state.isSelf(id)
                        ? round
                        : leader.peer(id).map(Progress::roundEchoed).orElse(0L)));
    while (isCurrent(leader) && leader.reads().hasConfirmed()) {
      ReadQueue.Pending ready = leader.reads().remove();
      answer(ready.asker(), Optional.of(ready.index()));
    }
  }

  private void answer(ReadQueue.Asker asker, Optional<LogIndex> index) {
    switch (asker) {
      case ReadQueue.Asker.Own(var read) ->
          state.out().answer(new Effect.ReadReady(read, index.orElseThrow()));
      case ReadQueue.Asker.Peer(var id, var request) ->
          state.out().send(id, new Message.ReadIndexReply(state.term(), request, index));
    }
  }

  private void refuse(long read, Effect.Refusal why, Optional<NodeId> leader) {
    state.out().answer(new Effect.ReadRefused(read, why, leader));
  }
}
