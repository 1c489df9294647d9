package org.volvox.crdt;

/** The rules that tests break one at a time; all hold in {@link #PAPER}. */
public interface ReplicaRules {
  ReplicaRules PAPER = new ReplicaRules() {};

  /** What callers and other replicas hear of is durable. */
  default boolean waitsForDisk() {
    return true;
  }

  /** An operation follows all that its replica knew of. */
  default boolean keepsCausalOrder() {
    return true;
  }

  /** An operation is applied once. */
  default boolean skipsKnown() {
    return true;
  }

  /** Answers are in the order in which the operations were applied. */
  default boolean answersInOrder() {
    return true;
  }

  /** Whoever asks for operations that are logged no more has to take all atoms. */
  default boolean tellsWhoIsBehind() {
    return true;
  }

  /** What the other has not, and has applied, was removed there. */
  default boolean removesInScans() {
    return true;
  }

  /** What a replica changes while it takes all atoms of another is changed in those as well. */
  default boolean changesStaged() {
    return true;
  }

  /** Who takes all atoms of one listens to no other meanwhile. */
  default boolean scansAlone() {
    return true;
  }

  /** All atoms are taken as they were at one moment. */
  default boolean scansOneMoment() {
    return true;
  }

  /** A removal takes away what its replica knew of, and nothing else. */
  default boolean removesWhatItKnows() {
    return true;
  }

  /** A change to a counter takes the place of the same replica's only. */
  default boolean countsApart() {
    return true;
  }

  /** A reset counts what each replica had counted. */
  default boolean resetsByReplica() {
    return true;
  }

  /** A store that is new has another replica's id. */
  default boolean takesNewId() {
    return true;
  }

  /** The clock of a change is above all that its replica has applied. */
  default boolean followsClock() {
    return true;
  }
}
