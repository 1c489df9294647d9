package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/**
 * A member as seen from outside at one moment; for status, invariants and pages.
 *
 * @param baseIndex the log begins behind it
 * @param members in force here, committed or not
 * @param transferring this leader is handing over
 * @param leaderContactNanos the monotonic time at which a working leader was last known
 */
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
    List<Peer> peers,
    LogIndex baseIndex,
    Membership members,
    boolean transferring,
    long leaderContactNanos) {
  /**
   * What a leader knows of a follower; {@code contactNanos} is the monotonic time of its last
   * answer, or of the election if it has not answered this leader yet.
   */
  public record Peer(
      NodeId id, LogIndex match, LogIndex next, long contactNanos, boolean needsSnapshot) {}
}
