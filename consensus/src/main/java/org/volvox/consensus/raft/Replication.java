package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

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
  private final Transfers transfers;

  Replication(RaftState state, Reads reads, Appender appender, Transfers transfers) {
    this.appender = appender;
    this.state = state;
    this.reads = reads;
    this.transfers = transfers;
  }

  /** Begins a leadership: a no-op opens the term (section 8). */
  void lead(MonoTime now) {
    Leader leader = new Leader(state.config(), state.log().lastIndex().next(), now);
    state.become(leader);
    state.leaderHeard(now);
    followMembers(now);
    state.append(new Entry(state.term(), leader.termStart(), Entry.Kind.NOOP, Bytes.EMPTY));
    appender.sendToAll(leader);
    advanceCommit(leader);
  }

  /** Whether this is a leader whom a quorum has not answered for an election timeout. */
  boolean hasLostQuorum(MonoTime now) {
    if (!(state.role() instanceof Leader leader) || !state.rules().checksQuorum()) {
      return false;
    }
    MonoTime quorumHeardAt =
        new MonoTime(
            state.quorum().agreed(id -> state.isSelf(id) ? now.nanos() : heardAt(leader, id)));
    state.leaderHeard(quorumHeardAt);
    return now.nanosSince(quorumHeardAt) >= state.config().electionTimeoutMax().toNanos();
  }

  private static long heardAt(Leader leader, NodeId id) {
    return leader.peer(id).map(peer -> peer.heardAt().nanos()).orElse(Long.MIN_VALUE);
  }

  /** Begins to send to who came with the membership in force, and ends it for who went. */
  void followMembers(MonoTime now) {
    if (state.role() instanceof Leader leader && !leader.follows(state.inForce())) {
      leader.follow(state.inForce(), state.config(), now);
    }
  }

  void onTimer(MonoTime now) {
    if (!(state.role() instanceof Leader leader) || now.isBefore(leader.heartbeatAt())) {
      return;
    }
    leader.heartbeatAt(now.plus(state.config().heartbeat()));
    leader.caughtUp(state.commit());
    reads.onHeartbeat(leader, now);
    transfers.onHeartbeat(leader, now);
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
    if (leader.transfer().isPresent()) {
      for (Input.Proposal proposal : proposals) {
        state
            .out()
            .answer(
                new Effect.Refused(
                    proposal.id(),
                    Effect.Refusal.NOT_LEADER,
                    leader.transfer().map(Leader.Handover::to)));
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
      transfers.onAccepted(leader, peer.get());
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

  /** Appends a membership that was found right; it is in force at once. */
  LogIndex appendMembers(Leader leader, Membership members, MonoTime now) {
    LogIndex index = state.log().lastIndex().next();
    state.append(new Entry(state.term(), index, Entry.Kind.MEMBERS, members.encode()));
    followMembers(now);
    appender.sendToAll(leader);
    return index;
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
      freeBacklog(leader);
    }
  }

  void onApplied() {
    if (state.role() instanceof Leader leader) {
      freeBacklog(leader);
    }
  }

  /** What others commit while the own disk is slow still takes room here until it is written. */
  private void freeBacklog(Leader leader) {
    LogIndex applied = state.applied();
    LogIndex durable = state.out().durable();
    leader.backlog().onDone(applied.isBefore(durable) ? applied : durable);
  }

  void advanceCommit(Leader leader) {
    LogIndex agreed =
        new LogIndex(
            state
                .quorum()
                .agreed(id -> state.isSelf(id) ? state.promised().value() : match(leader, id)));
    if (!agreed.isAfter(state.commit())) {
      return;
    }
    boolean ownTerm = state.log().termAt(agreed).equals(state.term());
    if (!ownTerm && state.rules().countsOwnTermOnly()) {
      return;
    }
    state.commitTo(agreed);
    for (Progress peer : leader.peers()) {
      tellCommit(leader, peer);
    }
    reads.onCommit(leader);
  }

  private static long match(Leader leader, NodeId id) {
    return leader.peer(id).map(peer -> peer.match().value()).orElse(0L);
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
