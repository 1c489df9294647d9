package org.volvox.consensus.raft;

import org.volvox.consensus.quorum.Majority;

/**
 * Who granted a vote or pre-vote, as bits by the voter's place in the configuration; the last
 * answer of a voter counts. Used by {@link Election}.
 */
record Ballot(int granted) {
  static final Ballot EMPTY = new Ballot(0);

  Ballot withGrant(int voter) {
    return new Ballot(granted | 1 << voter);
  }

  Ballot withRefusal(int voter) {
    return new Ballot(granted & ~(1 << voter));
  }

  boolean isWon(int voters) {
    return Majority.reached(granted, voters);
  }
}
