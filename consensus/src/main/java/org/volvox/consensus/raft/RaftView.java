package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** A member as seen from outside at one moment; for status, invariants and pages. */
public record RaftView(
    NodeId self,
    Role role,
    HardState hardState,
    Optional<NodeId> leader,
    LogIndex commit,
    LogIndex applied,
    LogIndex lastIndex,
    Term lastTerm,
    LogIndex durableIndex,
    List<Peer> peers) {
  /**
   * What a leader knows of a follower; {@code contactNanos} is the last answer's time, 0 for none.
   */
  public record Peer(NodeId id, LogIndex match, LogIndex next, long contactNanos) {}
}
