package org.volvox.consensus.raft;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.volvox.base.NodeId;

/**
 * One machine of a group's membership.
 *
 * @param address where it listens, opaque here; empty where the shell knows by itself
 * @param priority who should lead: members of less than the highest wait longer before they ask for
 *     votes, and hand leadership over
 * @param replaces the member that goes when this one becomes a voter
 * @param leaving it is to go as soon as nothing depends on it
 */
public record Member(
    NodeId id,
    String address,
    Kind kind,
    int priority,
    Optional<NodeId> replaces,
    boolean leaving) {
  public static final int PRIORITY_DEFAULT = 1;
  public static final int PRIORITY_MAX = 100;
  public static final int ADDRESS_BYTES_MAX = 255;

  /** What a member has a say in. */
  public enum Kind {
    /** Votes, in both halves of a joint configuration. */
    VOTER,
    /** Gets the log and has no vote (thesis 4.2.1). */
    LEARNER,
    /** A learner that is to become a voter. */
    JOINING,
    /** Votes in the new half of a joint configuration only. */
    INCOMING,
    /** Votes in the old half only, and is gone when the joint configuration ends. */
    OUTGOING
  }

  public Member {
    if (address.getBytes(StandardCharsets.UTF_8).length > ADDRESS_BYTES_MAX) {
      throw new IllegalArgumentException("address of " + id + " is too long");
    }
    if (priority < 1 || priority > PRIORITY_MAX) {
      throw new IllegalArgumentException(
          "priority " + priority + " of " + id + " is not 1 to " + PRIORITY_MAX);
    }
    if (replaces.isPresent() && (replaces.get().equals(id) || kind != Kind.JOINING)) {
      throw new IllegalArgumentException(id + ", " + kind + ", cannot replace " + replaces.get());
    }
  }

  static Member voter(NodeId id) {
    return new Member(id, "", Kind.VOTER, PRIORITY_DEFAULT, Optional.empty(), false);
  }

  boolean votesInOld() {
    return kind == Kind.VOTER || kind == Kind.OUTGOING;
  }

  boolean votesInNew() {
    return kind == Kind.VOTER || kind == Kind.INCOMING;
  }

  public boolean isVoter() {
    return votesInOld() || votesInNew();
  }

  /** The same member as another kind; who it replaces is said by a joining one only. */
  Member as(Kind next) {
    Optional<NodeId> kept = next == Kind.JOINING ? replaces : Optional.empty();
    return new Member(id, address, next, priority, kept, leaving);
  }

  Member withLeaving(boolean next) {
    return new Member(id, address, kind, priority, replaces, next);
  }

  Member withPriority(int next) {
    return new Member(id, address, kind, next, replaces, leaving);
  }
}
