package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.consensus.quorum.Majority;

/**
 * The leader's side of replication (sections 5.3 and 5.4.2): proposals, appends sent ahead of their
 * answers, commitment, heartbeats and the check that a quorum still answers (thesis 6.2). The
 * leader's own write overlaps the followers' (thesis 10.2.1). Used by {@link Raft} and {@link
 * Election} only.
 *
 * <ol>
 *   <li>Commit moves only to an entry of the leader's term that a majority holds durably, its own
 *       copy counted like any other.
 *   <li>Every proposal is answered.
 * </ol>
 */
final class Replication {
  private final RaftState state;
  private final Reads reads;
  private final Appender appender;

  Replication(RaftState state, Reads reads, Appender appender) {
    this.appender = appender;
    this.state = state;
    this.reads = reads;
  }

  /** Begins a leadership: a no-op opens the term (section 8). */
  void lead(MonoTime now) {
    Leader leader = new Leader(state.config(), state.log().lastIndex().next(), now);
    state.become(leader);
    state.leaderHeard(now);
    state.append(new Entry(state.term(), leader.termStart(), Entry.Kind.NOOP, Bytes.EMPTY));
    appender.sendToAll(leader);
    advanceCommit(leader);
  }

  /** Whether this is a leader whom a quorum has not answered for an election timeout. */
  boolean hasLostQuorum(MonoTime now) {
    if (!(state.role() instanceof Leader leader) || !state.rules().checksQuorum()) {
      return false;
    }
    long[] heard = state.scratch();
    int at = 0;
    for (Progress peer : leader.peers()) {
      heard[at++] = peer.heardAt().nanos();
    }
    heard[at] = now.nanos();
    MonoTime quorumHeardAt = new MonoTime(Majority.agreed(heard));
    state.leaderHeard(quorumHeardAt);
    return now.nanosSince(quorumHeardAt) >= state.config().electionTimeoutMax().toNanos();
  }

  void onTimer(MonoTime now) {
    if (!(state.role() instanceof Leader leader) || now.isBefore(leader.heartbeatAt())) {
      return;
    }
    leader.heartbeatAt(now.plus(state.config().heartbeat()));
    if (leader.reads().needsRound()) {
      leader.reads().startRound();
    }
    for (Progress peer : leader.peers()) {
      if (!appender.send(leader, peer)) {
        appender.sendEmpty(leader, peer);
      }
    }
  }

  void onPropose(List<Input.Proposal> proposals, MonoTime now) {
    if (!(state.role() instanceof Leader leader)) {
      for (Input.Proposal proposal : proposals) {
        state.out().answer(new Effect.Refused(proposal.id(), state.refusal(now), state.leader()));
      }
      return;
    }
    long pending = 0;
    for (Input.Proposal proposal : proposals) {
      LogIndex index = state.log().lastIndex().next();
      Entry entry = new Entry(state.term(), index, Entry.Kind.COMMAND, proposal.payload());
      if (leader.backlog().hasRoom(pending, entry.weightBytes())) {
        pending += entry.weightBytes();
        state.append(entry);
        state.out().answer(new Effect.Appended(proposal.id(), state.term(), index));
      } else {
        state.out().answer(new Effect.Refused(proposal.id(), Effect.Refusal.BUSY, state.leader()));
      }
    }
    if (pending > 0) {
      leader.backlog().add(state.log().lastIndex(), pending);
      appender.sendToAll(leader);
      advanceCommit(leader);
    }
  }

  void onAccepted(NodeId from, Message.AppendAccepted answer, MonoTime now) {
    if (!(state.role() instanceof Leader leader) || !answer.term().equals(state.term())) {
      return;
    }
    Optional<Progress> peer = leader.peer(from);
    if (peer.isEmpty() || answer.match().isAfter(state.log().lastIndex())) {
      return; // Nobody can hold what this leader does not have; never believed, whoever says it.
    }
    onHeard(leader, peer.get(), answer.round(), now);
    boolean advanced = peer.get().onAccepted(answer.match());
    appender.send(leader, peer.get());
    if (advanced) {
      advanceCommit(leader);
    }
    tellCommit(leader, peer.get());
    reads.onRoundEchoed(leader);
  }

  void onRefused(NodeId from, Message.AppendRefused answer, MonoTime now) {
    if (!(state.role() instanceof Leader leader) || !answer.term().equals(state.term())) {
      return;
    }
    Optional<Progress> found = leader.peer(from);
    if (found.isEmpty()) {
      return;
    }
    Progress peer = found.get();
    onHeard(leader, peer, answer.round(), now);
    if (peer.isRefusalCurrent(answer.refused())) {
      LogIndex limit =
          answer.hintIndex().isBefore(answer.refused()) ? answer.hintIndex() : answer.refused();
      LogIndex shared = state.log().lastWithTermAtMost(limit, answer.hintTerm());
      // An honest hint is below the refused index here; whatever it is, each refusal goes back.
      peer.probeFrom(shared.isBefore(answer.refused()) ? shared.next() : answer.refused());
      appender.send(leader, peer);
    }
    reads.onRoundEchoed(leader);
  }

  /** What was on its way to a peer whose process is gone is lost. */
  void onPeerGone(NodeId gone) {
    if (state.role() instanceof Leader leader) {
      leader.peer(gone).ifPresent(peer -> peer.probeFrom(peer.match().next()));
    }
  }

  void onEntriesRead(long request, List<Entry> entries) {
    if (!(state.role() instanceof Leader leader)) {
      return;
    }
    for (Progress peer : leader.peers()) {
      if (peer.onEntriesRead(request)) {
        appender.sendRead(leader, peer, entries);
      }
    }
  }

  /** The leader's own match index moves with what is durable here. */
  void onPersisted() {
    if (state.role() instanceof Leader leader) {
      advanceCommit(leader);
    }
  }

  void onApplied(LogIndex index) {
    if (state.role() instanceof Leader leader) {
      leader.backlog().onApplied(index);
    }
  }

  private void advanceCommit(Leader leader) {
    long[] matches = state.scratch();
    int at = 0;
    for (Progress peer : leader.peers()) {
      matches[at++] = peer.match().value();
    }
    matches[at] = state.promised().value();
    LogIndex agreed = new LogIndex(Majority.agreed(matches));
    boolean ownTerm = state.log().termAt(agreed).equals(state.term());
    if (!agreed.isAfter(state.commit()) || (!ownTerm && state.rules().countsOwnTermOnly())) {
      return;
    }
    state.commitTo(agreed);
    for (Progress peer : leader.peers()) {
      tellCommit(leader, peer);
    }
    reads.onCommit(leader);
  }

  /** Under load the next entries carry the commit index; an idle follower would wait for it. */
  private void tellCommit(Leader leader, Progress peer) {
    if (peer.isIdle() && peer.commitTold().isBefore(state.commit())) {
      appender.sendEmpty(leader, peer);
    }
  }

  private static void onHeard(Leader leader, Progress peer, long round, MonoTime now) {
    peer.onHeard(Math.min(round, leader.reads().round()), now);
  }
}
