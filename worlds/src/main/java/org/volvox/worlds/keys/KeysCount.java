package org.volvox.worlds.keys;

/** What is counted in a run. */
public enum KeysCount {
  EVENTS,
  /** Commands that were applied. */
  COMMANDS,
  LEADERS,
  /** Leases that a leader ended. */
  EXPIRED,
  CHECKPOINTS,
  /** Times a client held the lock. */
  HELD,
  /** Writes under the lock that were done, and those of former holders that were refused. */
  FENCED,
  REFUSED,
  /** Changes that watchers were told. */
  TOLD,
  /** Watches that went on at another replica. */
  RESUMED,
  /** Watches whose history was compacted. */
  COMPACTED,
  /** Reads as of a former revision. */
  OLD_READS
}
