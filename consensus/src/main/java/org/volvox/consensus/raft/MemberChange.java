package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.NodeId;

/** What {@link Input.ChangeMembers} can ask for. */
public sealed interface MemberChange {
  /**
   * A new machine, with an id that nobody had before, as a learner or as one that is to become a
   * voter, maybe in another's place.
   */
  record Add(NodeId id, String address, boolean joining, Optional<NodeId> replaces)
      implements MemberChange {}

  /** A learner is to become a voter: {@link Finish} makes it one. */
  record Promote(NodeId id) implements MemberChange {}

  /** A member is to leave, or no more: {@link Finish} lets it go. */
  record Drain(NodeId id, boolean leaving) implements MemberChange {}

  record Priority(NodeId id, int priority) implements MemberChange {}

  /**
   * What was meant for a member is done: one that joins becomes a voter, and whom it replaces goes;
   * one that leaves is gone. Refused while one that joins lacks entries.
   */
  record Finish(NodeId id) implements MemberChange {}

  /** A member goes at once, whatever depends on it. */
  record Remove(NodeId id) implements MemberChange {}
}
