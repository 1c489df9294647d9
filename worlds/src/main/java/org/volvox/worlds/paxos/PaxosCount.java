package org.volvox.worlds.paxos;

/** What is counted in a run. */
public enum PaxosCount {
  EVENTS,
  DONE,
  DIFFERS,
  REFUSED,
  UNKNOWN,
  AGAIN,
  CRASHES,
  CHANGES,
  ERASED,
  UNDECIDED
}
