package org.volvox.worlds.raft;

/** Rules around the core that a mutant may break; the core's own are in {@code Rules}. */
public interface WorldRules {
  WorldRules ALL = new WorldRules() {};

  /** Whether a machine comes back with what it had at all. */
  default boolean keepsWhatWasSynced() {
    return syncs() && refusesOtherDisks() && stopsOnDamage() && repairsDamage();
  }

  /** A write to the log waits for the disk's sync. */
  default boolean syncs() {
    return true;
  }

  /** A log whose sync failed takes nothing more: the next sync says nothing of what was lost. */
  default boolean stopsOnFailedSync() {
    return true;
  }

  /** A machine whose disk is not the one that it was set up on refuses to start. */
  default boolean refusesOtherDisks() {
    return true;
  }

  /** A machine that finds its log damaged does not take part with what is left of it. */
  default boolean stopsOnDamage() {
    return true;
  }

  /** No clock runs faster or slower than leases allow for. */
  default boolean boundsDrift() {
    return true;
  }

  /** Chunks of different snapshots are never put together. */
  default boolean tellsSnapshotsApart() {
    return true;
  }

  /** The machine remembers which requests of a session it has applied. */
  default boolean remembersRequests() {
    return true;
  }

  /** A receive sets the clock above the sender's (Lamport 1978, rule IR2). */
  default boolean mergesClocks() {
    return true;
  }

  /** What a leader acknowledges has been applied, not only appended. */
  default boolean answersAfterCommit() {
    return true;
  }

  /** Damage is repaired, not cut off with all that is behind it. */
  default boolean repairsDamage() {
    return true;
  }

  /** A machine that repairs its log votes for nobody. */
  default boolean silentInRepair() {
    return true;
  }
}
