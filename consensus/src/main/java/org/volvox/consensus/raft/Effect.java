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
   * Everything up to {@code index} is committed and may be applied in order, even if it is not yet
   * durable in this member's own log: a quorum has it.
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

  /** Another membership is in force, from the entry at {@code index} on. */
  record MembersChanged(Membership members, LogIndex index) implements Effect {}

  /** A change of members was not begun, and why. */
  record ChangeRefused(long id, Refusal why, String reason, Optional<NodeId> leader)
      implements Effect {}

  /** The log up to (index, term) may go; in its place among the writes. */
  record Purge(LogIndex index, Term term) implements Effect {}

  /**
   * Fetch a snapshot of at least this index from any member, make it durable beside the state, and
   * feed {@link Input.SnapshotFetched}. While one is being fetched a repeated effect only says what
   * it must reach.
   */
  record FetchSnapshot(LogIndex atLeast) implements Effect {}

  /**
   * Writes that the log begins behind (index, term) and has nothing else, as a write among {@link
   * Persist}s: when durable feed {@link Input.Persisted}; then put the fetched snapshot in place of
   * the state, and feed {@link Input.SnapshotInstalled}. Nothing is applied in between.
   */
  record InstallSnapshot(long write, LogIndex index, Term term) implements Effect {}

  /** The fetched snapshot is of no use any more. */
  record DropSnapshot(LogIndex index) implements Effect {}

  /** This member surely belongs to the group no more. */
  record Removed() implements Effect {}

  /** Why a proposal, a read or a change of members was not taken. */
  enum Refusal {
    NOT_LEADER,
    NO_QUORUM,
    BUSY,
    /** Another change is under way, or this one makes no sense now. */
    CONFLICT,
    /** The member that joins lacks entries. */
    NOT_CAUGHT_UP
  }
}
