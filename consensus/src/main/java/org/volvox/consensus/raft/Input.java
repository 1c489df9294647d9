package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** What can happen to a Raft member. Every input carries the time; nothing else tells it. */
public sealed interface Input {
  MonoTime now();

  /** {@link Raft#nextDeadline} has come; a spurious one does nothing. */
  record TimerFired(MonoTime now) implements Input {}

  record Received(NodeId from, Message message, MonoTime now) implements Input {}

  /**
   * Asks the leader to append all that waits, in this order; each proposal is answered by {@link
   * Effect.Appended} or {@link Effect.Refused}. One input makes one write and one message a
   * follower, so a shell feeds what has queued up as one.
   */
  record Propose(List<Proposal> proposals, MonoTime now) implements Input {
    public Propose {
      proposals = List.copyOf(proposals);
    }
  }

  /** A command to append; {@code id} names it in the answer and is the shell's. */
  record Proposal(long id, Bytes payload) {}

  /**
   * Asks for a linearizable read, of any member; answered by ReadReady or ReadRefused (thesis 6.4).
   */
  record Read(long read, MonoTime now) implements Input {}

  /**
   * A write is durable; (lastTerm, lastIndex) is the last entry of the log on disk with this write
   * in it. One for the last of several writes that became durable together is enough.
   */
  record Persisted(long write, Term lastTerm, LogIndex lastIndex, MonoTime now) implements Input {}

  /** The state machine has applied everything up to {@code index}. */
  record Applied(LogIndex index, MonoTime now) implements Input {}

  /** Answers {@link Effect.ReadEntries}; empty when the log no longer had the first one. */
  record EntriesRead(long request, List<Entry> entries, MonoTime now) implements Input {
    public EntriesRead {
      entries = List.copyOf(entries);
    }
  }

  /** The peer's process is surely gone: its connection was refused or reset. */
  record PeerGone(NodeId peer, MonoTime now) implements Input {}

  /**
   * Asks the leader to change who belongs to the group; answered like a proposal. It is done when
   * {@link RaftView#members} shows it and is no joint configuration.
   */
  record ChangeMembers(long id, MemberChange change, MonoTime now) implements Input {}

  /**
   * The state up to {@code upTo} is durable and the log may be shortened. {@code pressing}: even if
   * a follower that is alive still needs what goes.
   */
  record Compact(LogIndex upTo, boolean pressing, MonoTime now) implements Input {}

  /** A whole snapshot is durable beside the state; answered by Install- or DropSnapshot. */
  record SnapshotFetched(LogIndex index, Term term, Recovered.MembersAt members, MonoTime now)
      implements Input {}

  /** The state is the snapshot of {@link Effect.InstallSnapshot} now. */
  record SnapshotInstalled(LogIndex index, MonoTime now) implements Input {}

  /** Asks the leader to hand over, to the best follower if none is named (thesis 3.10). */
  record Transfer(Optional<NodeId> to, MonoTime now) implements Input {}
}
