package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** What a Raft member wants done; effects are started in the order in which they come out. */
public sealed interface Effect {
  /**
   * Writes to the log, first in first out: drop all entries from {@code entries.first} on, append
   * these, and keep the state if given. When durable the shell sends {@code thenSend} in order and
   * feeds {@link Input.Persisted}. Only {@code thenSend} waits; later effects do not. One without
   * state and entries is a barrier: it is durable when all before it are.
   */
  record Persist(long write, Optional<HardState> state, List<Entry> entries, List<Send> thenSend)
      implements Effect {
    public Persist {
      entries = List.copyOf(entries);
      thenSend = List.copyOf(thenSend);
    }
  }

  record Send(NodeId to, Message message) implements Effect {}

  /**
   * Everything up to {@code index} is committed, durable in this member's own log, and may be
   * applied in order: what is applied is never ahead of the log that a restart finds.
   */
  record Commit(LogIndex index) implements Effect {}

  /** The proposal is at (term, index); it took effect if that very entry is applied. */
  record Appended(long proposal, Term term, LogIndex index) implements Effect {}

  /** The proposal was never appended: nothing was written. */
  record Refused(long proposal, Refusal why, Optional<NodeId> leader) implements Effect {}

  /** The read may be answered from any state applied up to {@code index} or later. */
  record ReadReady(long read, LogIndex index) implements Effect {}

  record ReadRefused(long read, Refusal why, Optional<NodeId> leader) implements Effect {}

  /**
   * Reads durable entries from the log on disk for a follower that fell behind: from {@code first}
   * on, at least one, at most {@code last} and about {@code bytesMax}. Answered by {@link
   * Input.EntriesRead}.
   */
  record ReadEntries(long request, LogIndex first, LogIndex last, int bytesMax) implements Effect {}

  /** The member's view of the term changed; for journals, status and routing. */
  record RoleChanged(Role role, Term term, Optional<NodeId> leader) implements Effect {}

  /** Why a proposal or a read was not taken. */
  enum Refusal {
    NOT_LEADER,
    NO_QUORUM,
    BUSY
  }
}
