package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;

/**
 * What a member is told at its start; times and limits with their reasons are in contracts.
 *
 * @param initial who belongs to the group as long as neither log nor state says it: the voters that
 *     the group begins with, or nobody for one that joins
 * @param inFlightBytesMax entries sent to a follower ahead of its answers
 * @param leaseDrift how much faster or slower than another's a member's clock may run, if leaders
 *     are to answer reads without asking (thesis 6.4.1); empty to ask always
 */
public record RaftConfig(
    NodeId self,
    Membership initial,
    Duration heartbeat,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax,
    Duration peerGoneDelayMax,
    int appendBytesMax,
    int inFlightAppendsMax,
    int tailBytesMax,
    int uncommittedBytesMax,
    int pendingReadsMax,
    int inFlightBytesMax,
    Optional<Ratio> leaseDrift) {
  /** Spans at random are drawn in microseconds of an int. */
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  public RaftConfig {
    if (heartbeat.compareTo(Duration.ZERO) <= 0
        || heartbeat.compareTo(electionTimeoutMin) > 0
        || electionTimeoutMin.compareTo(electionTimeoutMax) > 0
        || electionTimeoutMax.compareTo(TIMEOUT_MAX) > 0
        || peerGoneDelayMax.isNegative()
        || peerGoneDelayMax.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "heartbeat "
              + heartbeat
              + ", election timeout "
              + electionTimeoutMin
              + " to "
              + electionTimeoutMax
              + ", delay after a peer is gone up to "
              + peerGoneDelayMax);
    }
    if (appendBytesMax < 1
        || inFlightAppendsMax < 1
        || tailBytesMax < 1
        || uncommittedBytesMax < 1
        || pendingReadsMax < 1
        || inFlightBytesMax < 1) {
      throw new IllegalArgumentException(
          "a limit below one: "
              + appendBytesMax
              + ", "
              + inFlightAppendsMax
              + ", "
              + tailBytesMax
              + ", "
              + uncommittedBytesMax
              + ", "
              + pendingReadsMax
              + ", "
              + inFlightBytesMax);
    }
    if (leaseDrift.isPresent()
        && leaseDrift.get().numerator() * 4L > leaseDrift.get().denominator()) {
      throw new IllegalArgumentException("clocks that drift by more than a quarter: " + leaseDrift);
    }
  }

  /**
   * The shortest silence after which a member stands: a little more than the one until which others
   * hold back their pre-votes, so that the first to ask is not the one who is refused.
   */
  Duration askAfterMin() {
    Duration later = electionTimeoutMin.plus(heartbeat.dividedBy(4));
    return later.compareTo(electionTimeoutMax) < 0 ? later : electionTimeoutMax;
  }

  /**
   * A member of a group that begins with these voters, as in a node. A leader that is held up for
   * 200 ms is silent for 250; the rest is left for what else delays it. ADR 6 has what was
   * measured.
   */
  public static RaftConfig of(NodeId self, List<NodeId> voters) {
    return of(self, Membership.of(voters));
  }

  public static RaftConfig of(NodeId self, Membership initial) {
    return new RaftConfig(
        self,
        initial,
        Duration.ofMillis(50),
        Duration.ofMillis(350),
        Duration.ofMillis(420),
        Duration.ofMillis(50),
        256 << 10,
        64,
        16 << 20,
        32 << 20,
        4096,
        16 << 20,
        Optional.empty());
  }

  /** The same with leases for reads, on clocks that drift no more than this. */
  public RaftConfig withLeases(Ratio drift) {
    return new RaftConfig(
        self,
        initial,
        heartbeat,
        electionTimeoutMin,
        electionTimeoutMax,
        peerGoneDelayMax,
        appendBytesMax,
        inFlightAppendsMax,
        tailBytesMax,
        uncommittedBytesMax,
        pendingReadsMax,
        inFlightBytesMax,
        Optional.of(drift));
  }

  /**
   * How long after it sent a round a leader that a quorum has answered may read: no voter grants
   * its vote to another for the shortest election timeout, on a clock that may run faster by twice
   * the drift than the leader's.
   */
  long leaseNanos() {
    long timeout = electionTimeoutMin.toNanos();
    return leaseDrift
        .map(drift -> timeout - timeout / drift.denominator() * 2 * drift.numerator())
        .orElse(0L);
  }
}
