package org.volvox.worlds.keys;

/** What leaders, watchers and holders of locks keep to; a mutant breaks one. */
public interface KeysRules {
  KeysRules PAPER = new KeysRules() {};

  /** A leader ends leases by its monotonic clock, not by the wall time of the state. */
  default boolean timesByMonotonicClock() {
    return true;
  }

  /** A leader writes down what is left of leases, so that the next one does not begin anew. */
  default boolean checkpoints() {
    return true;
  }

  /** Who holds a lease counts its time from when it asked, not from the answer. */
  default boolean countsFromAsking() {
    return true;
  }

  /** A lock is the first's in line. */
  default boolean waitsForItsTurn() {
    return true;
  }

  /** What is written under a lock is written only while its key is there. */
  default boolean fences() {
    return true;
  }

  /** A watch goes on behind the last revision that it was told. */
  default boolean resumesBehind() {
    return true;
  }

  /** A watch takes the changes of a revision together or not at all. */
  default boolean takesRevisionsWhole() {
    return true;
  }

  /** A watch whose history is compacted reads all anew. */
  default boolean readsAnewWhenCompacted() {
    return true;
  }
}
