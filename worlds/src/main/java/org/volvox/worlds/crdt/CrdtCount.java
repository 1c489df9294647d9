package org.volvox.worlds.crdt;

/** What is counted in a run. */
public enum CrdtCount {
  EVENTS,
  DONE,
  READS,
  /** Reads that showed more than one value. */
  CONFLICTS,
  CRASHES,
  WIPES,
  /** Changes that a disk took with it. */
  LOST,
  /** Times a replica was told that the log reaches back no more. */
  BEHIND,
  /** Times one took all atoms of another. */
  ADOPTED
}
