package org.volvox.consensus.paxos;

/** The rules that tests break one at a time; all hold in {@link #PAPER}. */
public interface PaxosRules {
  PaxosRules PAPER = new PaxosRules() {};

  /** Phase 1b and 2b: nothing below what was promised. */
  default boolean keepsPromises() {
    return true;
  }

  /** Phase 2a: the value of the highest ballot that was told. */
  default boolean buildsOnHighest() {
    return true;
  }

  /** Answers of an acceptor wait for its disk. */
  default boolean answersAfterPersist() {
    return true;
  }

  /** A node that starts again uses other ballots than before. */
  default boolean countsIncarnations() {
    return true;
  }

  /** What a read saw is chosen before it is answered. */
  default boolean completesReads() {
    return true;
  }

  /** A change that was taken over by another round is not made again. */
  default boolean remembersChanges() {
    return true;
  }

  /** A quorum answers each phase. */
  default boolean waitsForQuorum() {
    return true;
  }

  /** A change that was made so long ago that nobody remembers it is not made again either. */
  default boolean remembersForgotten() {
    return true;
  }

  /** Nobody listens to who knows an older set of acceptors; who hears of a newer one knows it. */
  default boolean fencesEpochs() {
    return true;
  }

  /** Before the acceptors that leave are left out, what was chosen is chosen among the others. */
  default boolean rescans() {
    return true;
  }

  /** A key is forgotten when all acceptors, not most, have accepted that it has no value. */
  default boolean erasesEverywhere() {
    return true;
  }

  /** An acceptor that forgot a key refuses what is older than what it forgot. */
  default boolean keepsFloor() {
    return true;
  }

  /** An acceptor that was none for a while begins with nothing. */
  default boolean startsAnew() {
    return true;
  }
}
