package org.volvox.node.group;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered.MembersAt;

/** What other threads bring; whoever has the turn makes inputs of the core of it. */
sealed interface Mail {
  record Arrived(NodeId from, Message message) implements Mail {}

  record Gone(NodeId peer) implements Mail {}

  record Ask(PendingCommand command) implements Mail {}

  record AskRead(PendingRead read) implements Mail {}

  record Durable(long write, Term lastTerm, LogIndex lastIndex) implements Mail {}

  record AppliedUpTo(LogIndex index) implements Mail {}

  record Fetched(long request, List<Entry> entries) implements Mail {
    public Fetched {
      entries = List.copyOf(entries);
    }
  }

  record Change(MemberChange change, CompletableFuture<ReplicatedLog.ChangeOutcome> outcome)
      implements Mail {}

  /** The state is durable up to there, and the log is bigger than it should be. */
  record MayShorten(LogIndex upTo, boolean pressing) implements Mail {}

  record SnapshotStaged(LogIndex index, Term term, MembersAt members) implements Mail {}

  record SnapshotInPlace(LogIndex index) implements Mail {}

  /**
   * Another should lead, this one if it is named; {@code done} when another is known to, or when
   * nobody can.
   */
  record HandOver(Optional<NodeId> to, CompletableFuture<Boolean> done) implements Mail {}

  /** Whether it changes nobody's role as things are, so that whoever brings it may work it off. */
  default boolean isRoutine(RaftView now) {
    return switch (this) {
      case Ask _, AskRead _, Durable _, AppliedUpTo _ -> true;
      case Arrived(_, var message) ->
          switch (message) {
            case Message.Append _,
                Message.AppendAccepted _,
                Message.ReadIndex _,
                Message.ReadIndexReply _ ->
                now.leader().isPresent() && now.hardState().term().equals(message.term());
            default -> false;
          };
      default -> false;
    };
  }

  /** Answers whoever waits for what nobody will take in any more. */
  default void sendBack(String reason) {
    switch (this) {
      case Ask(var command) -> command.outcome().complete(new CommandOutcome.Unknown(reason));
      case AskRead(var read) ->
          read.ready().complete(new ReadGate.Shut(RefusedBecause.NO_LEADER, reason));
      case Change(_, var outcome) ->
          outcome.complete(new ReplicatedLog.ChangeOutcome.Refused(true, reason));
      case HandOver(_, var done) -> done.complete(false);
      default -> {} // Nobody waits for it.
    }
  }
}
