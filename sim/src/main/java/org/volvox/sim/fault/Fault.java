package org.volvox.sim.fault;

/** What can go wrong, by machine number from 0; sets of machines are bit masks. */
public sealed interface Fault {
  /** The machine loses power: memory and un-synced sectors are gone. */
  record Crash(int machine) implements Fault {}

  record Restart(int machine) implements Fault {}

  /** The machine stands still; what arrives waits. */
  record Pause(int machine) implements Fault {}

  record Resume(int machine) implements Fault {}

  /** Cut both ways between the sets; a machine in both is a bridge. */
  record Partition(int left, int right) implements Fault {}

  /** Nothing gets from the one set to the other. */
  record CutOneWay(int from, int to) implements Fault {}

  record Heal() implements Fault {}

  /** All links of one machine are whole again, also to those that are cut off from the rest. */
  record Rejoin(int machine) implements Fault {}

  record DiskFull(int machine, boolean full) implements Fault {}

  /** The machine's next sync fails. */
  record SyncFails(int machine) implements Fault {}

  /** One bit of what is stored changes. */
  record BitFlip(int machine) implements Fault {}

  /** A write of the past turns out to have landed in another place. */
  record Misdirected(int machine) implements Fault {}

  /** The machine's disk is replaced by an empty one. */
  record Wipe(int machine) implements Fault {}

  /** A fault at a time of the world. */
  record Timed(int atMicros, Fault fault) {}
}
