package org.volvox.consensus.raft;

import java.util.List;
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

  /** Asks the leader to append; answered by {@link Effect.Appended} or {@link Effect.Refused}. */
  record Propose(long proposal, Bytes payload, MonoTime now) implements Input {}

  /** Asks for a linearizable read; answered by ReadReady or ReadRefused (thesis 6.4). */
  record Read(long read, MonoTime now) implements Input {}

  /** A write is durable; (lastTerm, lastIndex) is the last entry that it held, or its base. */
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
}
