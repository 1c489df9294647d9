package org.volvox.consensus.raft;

/**
 * The rules of the paper that teaching and mutation tests may break. A node names only {@link
 * #PAPER}; worlds and tests may override a method to see what goes wrong.
 */
public interface Rules {
  /** Raft as published. */
  Rules PAPER = new Rules() {};

  /** Section 5.2: at most one vote a term. */
  default boolean votesOncePerTerm() {
    return true;
  }

  /** Figure 2: an answer waits until what it promises is durable. */
  default boolean answersAfterPersist() {
    return true;
  }

  /** Section 5.4.2: only entries of the leader's own term are committed by counting replicas. */
  default boolean countsOwnTermOnly() {
    return true;
  }

  /** Section 5.4.1: a vote goes only to a log at least as up to date. */
  default boolean comparesLogs() {
    return true;
  }

  /** Thesis 6.4: a read waits for a quorum to confirm the leader. */
  default boolean confirmsReads() {
    return true;
  }

  /** Thesis 9.6: a member asks before it raises the term. */
  default boolean asksPreVote() {
    return true;
  }

  /** Thesis 6.4: a new leader reads nothing before an entry of its own term is committed. */
  default boolean readsAfterOwnCommit() {
    return true;
  }

  /** Thesis 6.2: a leader that a quorum does not answer steps down. */
  default boolean checksQuorum() {
    return true;
  }

  /** Section 6: a membership is in force from where it stands in the log, committed or not. */
  default boolean usesNewestMembers() {
    return true;
  }

  /** Thesis 4.3: the voters change through a joint configuration. */
  default boolean changesVotersJointly() {
    return true;
  }

  /** Thesis 4.1, erratum: no membership is proposed before an own entry is committed. */
  default boolean changesMembersAfterOwnCommit() {
    return true;
  }

  /** Thesis 4.2.1: who joins becomes a voter only when it has the log. */
  default boolean promotesOnlyCaughtUp() {
    return true;
  }

  /** Section 7: a snapshot brings the membership of its index. */
  default boolean takesMembersOfSnapshot() {
    return true;
  }

  /** Section 7: the log keeps what the state does not have. */
  default boolean purgesOnlyApplied() {
    return true;
  }

  /** Thesis 3.10: the next leader has the whole log before it is asked to stand. */
  default boolean transfersWhenCaughtUp() {
    return true;
  }

  /** Thesis 6.4.1: a leader reads by a lease only as long as nobody can have been elected. */
  default boolean endsLeases() {
    return true;
  }

  /** Thesis 6.4: a follower asks the leader before it reads. */
  default boolean followersAskBeforeReading() {
    return true;
  }

  /** A refused pre-vote brings the newer term to who asked (ra 442, openraft 1796). */
  default boolean refusalsTellTerm() {
    return true;
  }

  /** Who still hears of a leader helps that leader itself to lead on (hashicorp 605). */
  default boolean helpsKnownLeader() {
    return true;
  }

  /** Thesis 4.2.2: a vote is given to whoever asks, whatever the own log says of members. */
  default boolean votesWithoutKnowingMembers() {
    return true;
  }

  /** Thesis 4.3: whoever leads leaves a committed joint configuration, its own or not. */
  default boolean leavesInheritedJoint() {
    return true;
  }

  /** No change of voters is begun that those who answer could not commit. */
  default boolean changesOnlyWithMajority() {
    return true;
  }

  /** Section 5.3: an append removes only what contradicts it. */
  default boolean keepsWhatAgrees() {
    return true;
  }

  /** Who ceases to lead answers the reads that wait. */
  default boolean answersWhenDeposed() {
    return true;
  }

  /** A silence counts only while this member itself ran. */
  default boolean excusesOwnPauses() {
    return true;
  }

  /** Figure 3, Log Matching: who has the same entry behind a hole has what belongs into it. */
  default boolean matchesWhatFollows() {
    return true;
  }
}
