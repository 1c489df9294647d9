package org.volvox.worlds.raft;

/** What happened in a run, or in many; a simulation in which nothing happens proves nothing. */
public final class Stats {
  private final Coverage coverage = new Coverage();
  public int runs;
  public int events;

  /** Of one run; not added up. */
  public int simulatedMicros;

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
  public int bitFlips;
  public int misdirected;
  public int wipes;
  public int damagesFound;
  public int refusedStarts;
  public int repairs;

  /** Flipped bits that hit what was whole on others. */
  public int hurts;

  /** Damages found by a reader whose entries the state had. */
  public int letGo;

  public int changes;
  public int removals;
  public int snapshots;
  public int purges;
  public int transfers;
  public int followerReads;
  public int lostSectors;
  public int tornSectors;
  public int writesDone;
  public int readsDone;
  public int refused;
  public int unknown;
  public int undecided;

  /** Which kinds of things happened at all. */
  public Coverage coverage() {
    return coverage;
  }

  /** Adds the other's numbers to these. */
  public void add(Stats other) {
    coverage.add(other.coverage);
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
    bitFlips += other.bitFlips;
    misdirected += other.misdirected;
    wipes += other.wipes;
    damagesFound += other.damagesFound;
    refusedStarts += other.refusedStarts;
    repairs += other.repairs;
    hurts += other.hurts;
    letGo += other.letGo;
    changes += other.changes;
    removals += other.removals;
    snapshots += other.snapshots;
    purges += other.purges;
    transfers += other.transfers;
    followerReads += other.followerReads;
    lostSectors += other.lostSectors;
    tornSectors += other.tornSectors;
    writesDone += other.writesDone;
    readsDone += other.readsDone;
    refused += other.refused;
    unknown += other.unknown;
    undecided += other.undecided;
  }

  /** Three lines for people. */
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
        + tornSectors
        + ", bits flipped "
        + bitFlips
        + ", writes misdirected "
        + misdirected
        + ", disks wiped "
        + wipes
        + ", damages found "
        + damagesFound
        + ", starts refused "
        + refusedStarts
        + ", logs repaired "
        + repairs
        + members();
  }

  private String members() {
    return "\nmemberships committed "
        + changes
        + ", machines removed "
        + removals
        + ", transfers asked for "
        + transfers
        + ", logs shortened "
        + purges
        + ", snapshots installed "
        + snapshots
        + ", reads of followers "
        + followerReads;
  }
}
