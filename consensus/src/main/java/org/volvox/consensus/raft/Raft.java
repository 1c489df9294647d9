package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/**
 * One member of a Raft group (Ongaro and Ousterhout 2014, figure 2) as a pure core: a shell feeds
 * inputs and starts the effects, in order. One thread calls it.
 *
 * <ol>
 *   <li>Every proposal and every read that is fed is answered by exactly one effect.
 *   <li>Nothing that a peer sends makes it throw; {@link org.volvox.base.Invariant.Broken} says
 *       that this group's safety is already lost, and must stop the node.
 *   <li>The same inputs and the same {@link Prng} give the same effects.
 * </ol>
 */
public final class Raft {
  private final RaftState state;
  private final Reads reads;
  private final FollowerReads followerReads;
  private final Replication replication;
  private final Election election;
  private final Follower follower;
  private final Transfers transfers;
  private final Members members;
  private final Compaction compaction;

  public Raft(RaftConfig config, Rules rules, Prng prng, Recovered recovered, MonoTime now) {
    state = new RaftState(config, rules, prng, recovered, now);
    Appender appender = new Appender(state);
    reads = new Reads(state, appender);
    followerReads = new FollowerReads(state, state.drawNumber());
    transfers = new Transfers(state);
    replication = new Replication(state, reads, appender, transfers);
    election = new Election(state, replication);
    follower = new Follower(state);
    members = new Members(state, replication, transfers);
    compaction = new Compaction(state);
  }

  /** Feeds one input; effects come out in the order in which they must be started. */
  public void step(Input input, Consumer<Effect> effects) {
    MonoTime now = input.now();
    election.onRun(now);
    RoleState before = state.role();
    if (replication.hasLostQuorum(now)) {
      election.onQuorumLost(input, now);
    }
    take(input, now);
    replication.followMembers(now);
    members.onStep(now);
    reads.onStep(now);
    if (before instanceof Leader deposed
        && state.role() != deposed
        && state.rules().answersWhenDeposed()) {
      reads.onDeposed(deposed, now);
    }
    followerReads.onStep(now);
    state.flush(effects);
  }

  private void take(Input input, MonoTime now) {
    switch (input) {
      case Input.TimerFired _ -> {
        election.onTimer(now);
        followerReads.onTimer(now);
      }
      case Input.Received(var from, var message, _) -> onReceived(from, message, now);
      case Input.Propose(var proposals, _) -> replication.onPropose(proposals, now);
      case Input.Read(var read, _) -> {
        if (state.role() instanceof Leader leader) {
          reads.onRead(leader, read, now);
        } else {
          followerReads.onRead(read, now);
        }
      }
      case Input.Persisted persisted -> {
        state.onPersisted(persisted);
        election.onPersisted(now);
        replication.onPersisted();
      }
      case Input.Applied(var index, _) -> onApplied(index);
      case Input.EntriesRead(var request, var entries, _) ->
          replication.onEntriesRead(request, entries);
      case Input.PeerGone(var peer, _) -> {
        election.onPeerGone(peer, now);
        replication.onPeerGone(peer);
      }
      case Input.ChangeMembers(var id, var change, _) -> members.onChange(id, change, now);
      case Input.Compact compact -> compaction.onCompact(compact, now);
      case Input.SnapshotFetched fetched -> follower.onFetched(fetched);
      case Input.SnapshotInstalled(var index, _) -> onApplied(index);
      case Input.Transfer(var to, _) -> transfers.onTransfer(to, now);
    }
  }

  private void onApplied(LogIndex index) {
    state.onApplied(index);
    replication.onApplied();
  }

  /** When {@link Input.TimerFired} is due if nothing else comes; ask again after each step. */
  public Optional<MonoTime> nextDeadline() {
    Optional<MonoTime> election = this.election.nextDeadline();
    Optional<MonoTime> question = followerReads.nextDeadline();
    if (election.isEmpty() || question.isEmpty()) {
      return election.isPresent() ? election : question;
    }
    return election.get().isBefore(question.get()) ? election : question;
  }

  public RaftView view() {
    return state.view();
  }

  /**
   * Entries from {@code first} on that are still in memory, at least one and about {@code
   * bytesMax}; empty if the first must be read from disk. For the shell that applies what is
   * committed.
   */
  public List<Entry> entriesHeld(LogIndex first, int bytesMax) {
    return state.log().isHeld(first) ? state.log().slice(first, bytesMax) : List.of();
  }

  private void onReceived(NodeId from, Message message, MonoTime now) {
    if (state.isSelf(from) || election.isHeldByLease(message, now)) {
      return;
    }
    if (isAsked(message) && RaftState.isGone(state.membersCommitted(), from)) {
      // It missed that it was removed. Nobody needs its vote, and nobody else will tell it.
      state.out().send(from, new Message.NotMember(state.term()));
      return;
    }
    adoptNewerTerm(message, now);
    switch (message) {
      case Message.PreVote asked -> election.onPreVote(from, asked, now);
      case Message.PreVoteReply reply -> election.onPreVoteReply(from, reply, now);
      case Message.Vote asked -> election.onVote(from, asked, now);
      case Message.VoteReply reply -> election.onVoteReply(from, reply, now);
      case Message.Append append -> follower.onAppend(from, append, now);
      case Message.AppendAccepted answer -> replication.onAccepted(from, answer, now);
      case Message.AppendRefused answer -> replication.onRefused(from, answer, now);
      case Message.SnapshotOffer offer -> follower.onOffer(from, offer, now);
      case Message.ReadIndex asked -> reads.onReadIndex(from, asked, now);
      case Message.ReadIndexReply reply -> followerReads.onReply(from, reply, now);
      case Message.TimeoutNow asked -> election.onTimeoutNow(asked, now);
      case Message.NotMember _ -> {
        if (!(state.role() instanceof Leader)) {
          state.tellRemoved();
        }
      }
      case Message.StaleTerm _ -> {
        // Its whole meaning is the newer term, adopted above.
      }
    }
  }

  private static boolean isAsked(Message message) {
    return message instanceof Message.PreVote || message instanceof Message.Vote;
  }

  /** Section 5.1: who sees a newer term adopts it and follows; a term only asked about is none. */
  private void adoptNewerTerm(Message message, MonoTime now) {
    boolean onlyAsked =
        message instanceof Message.PreVote
            || message instanceof Message.NotMember
            || (message instanceof Message.PreVoteReply reply
                && (reply.granted() || !state.rules().refusalsTellTerm()));
    if (!onlyAsked && message.term().isAfter(state.term())) {
      state.adoptTerm(message.term(), election.electionAtInNewTerm(message, now));
    }
  }
}
