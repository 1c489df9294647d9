package org.volvox.worlds.raft;

/** What happened in a run, or in many; a simulation in which nothing happens proves nothing. */
public final class Stats {
  public int runs;
  public int events;
  public int elections;
  public int commits;
  public int crashes;
  public int restarts;
  public int pauses;
  public int partitions;
  public int sent;
  public int dropped;
  public int duplicated;
  public int diskFailures;
  public int lostSectors;
  public int tornSectors;
  public int writesDone;
  public int readsDone;
  public int refused;
  public int unknown;
  public int undecided;

  /** Adds the other's numbers to these. */
  public void add(Stats other) {
    runs += other.runs;
    events += other.events;
    elections += other.elections;
    commits += other.commits;
    crashes += other.crashes;
    restarts += other.restarts;
    pauses += other.pauses;
    partitions += other.partitions;
    sent += other.sent;
    dropped += other.dropped;
    duplicated += other.duplicated;
    diskFailures += other.diskFailures;
    lostSectors += other.lostSectors;
    tornSectors += other.tornSectors;
    writesDone += other.writesDone;
    readsDone += other.readsDone;
    refused += other.refused;
    unknown += other.unknown;
    undecided += other.undecided;
  }

  /** Two lines for people. */
  public String text() {
    return "events "
        + events
        + ", elections "
        + elections
        + ", commits "
        + commits
        + ", writes done "
        + writesDone
        + ", reads done "
        + readsDone
        + ", refused "
        + refused
        + ", unknown "
        + unknown
        + ", histories undecided "
        + undecided
        + "\ncrashes "
        + crashes
        + ", restarts "
        + restarts
        + ", pauses "
        + pauses
        + ", partitions "
        + partitions
        + ", sent "
        + sent
        + ", dropped "
        + dropped
        + ", duplicated "
        + duplicated
        + ", disk failures "
        + diskFailures
        + ", sectors lost "
        + lostSectors
        + " torn "
        + tornSectors;
  }
}
