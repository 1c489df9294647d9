package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
 *
 * Membership is static, and the log is never compacted: joint membership will stand beside {@link
 * Election} and change {@link RaftConfig#voters} by log entries, snapshots beside {@link
 * Replication} and give {@link LogTail} its base.
 */
public final class Raft {
  private final RaftState state;
  private final Reads reads;
  private final Replication replication;
  private final Election election;
  private final Follower follower;

  public Raft(RaftConfig config, Rules rules, Prng prng, Recovered recovered, MonoTime now) {
    state = new RaftState(config, rules, prng, recovered, now);
    Appender appender = new Appender(state);
    reads = new Reads(state, appender);
    replication = new Replication(state, reads, appender);
    election = new Election(state, replication);
    follower = new Follower(state);
  }

  /** Feeds one input; effects come out in the order in which they must be started. */
  public void step(Input input, Consumer<Effect> effects) {
    MonoTime now = input.now();
    election.onRun(now);
    RoleState before = state.role();
    if (replication.hasLostQuorum(now)) {
      election.campaign(now);
    }
    switch (input) {
      case Input.TimerFired _ -> election.onTimer(now);
      case Input.Received(var from, var message, _) -> onReceived(from, message, now);
      case Input.Propose(var proposals, _) -> replication.onPropose(proposals, now);
      case Input.Read(var read, _) -> reads.onRead(read, now);
      case Input.Persisted persisted -> {
        state.onPersisted(persisted);
        election.onPersisted(now);
        replication.onPersisted();
      }
      case Input.Applied(var index, _) -> {
        state.onApplied(index);
        replication.onApplied(index);
      }
      case Input.EntriesRead(var request, var entries, _) ->
          replication.onEntriesRead(request, entries);
      case Input.PeerGone(var peer, _) -> {
        election.onPeerGone(peer, now);
        replication.onPeerGone(peer);
      }
    }
    if (before instanceof Leader deposed && state.role() != deposed) {
      reads.onDeposed(deposed, now);
    }
    state.flush(effects);
  }

  /** When {@link Input.TimerFired} is due if nothing else comes; ask again after each step. */
  public Optional<MonoTime> nextDeadline() {
    return election.nextDeadline();
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
    OptionalInt voter = state.voter(from);
    if (voter.isEmpty() || from.equals(state.config().self())) {
      return;
    }
    adoptNewerTerm(message, now);
    switch (message) {
      case Message.PreVote asked -> election.onPreVote(from, asked, now);
      case Message.PreVoteReply reply -> election.onPreVoteReply(voter.getAsInt(), reply, now);
      case Message.Vote asked -> election.onVote(from, asked, now);
      case Message.VoteReply reply -> election.onVoteReply(voter.getAsInt(), reply, now);
      case Message.Append append -> follower.onAppend(from, append, now);
      case Message.AppendAccepted answer -> replication.onAccepted(from, answer, now);
      case Message.AppendRefused answer -> replication.onRefused(from, answer, now);
      case Message.StaleTerm _ -> {
        // Its whole meaning is the newer term, adopted above.
      }
    }
  }

  /** Section 5.1: who sees a newer term adopts it and follows; a term only asked about is none. */
  private void adoptNewerTerm(Message message, MonoTime now) {
    boolean onlyAsked =
        message instanceof Message.PreVote
            || (message instanceof Message.PreVoteReply reply && reply.granted());
    if (!onlyAsked && message.term().isAfter(state.term())) {
      state.adoptTerm(message.term(), election.electionAtInNewTerm(message, now));
    }
  }
}
