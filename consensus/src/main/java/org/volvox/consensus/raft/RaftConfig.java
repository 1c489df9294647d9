package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.List;
import org.volvox.base.NodeId;

/** What a member is told at its start; times and limits with their reasons are in contracts. */
public record RaftConfig(
    NodeId self,
    List<NodeId> voters,
    Duration heartbeat,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax,
    Duration peerGoneDelayMax,
    int appendBytesMax,
    int inFlightAppendsMax,
    int tailBytesMax,
    int uncommittedBytesMax,
    int pendingReadsMax) {
  /** Spans at random are drawn in microseconds of an int. */
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  public RaftConfig {
    voters = voters.stream().sorted().toList();
    if (!voters.contains(self) || voters.size() > 7) {
      throw new IllegalArgumentException(self + " is not one of 1 to 7 voters: " + voters);
    }
    if (voters.stream().distinct().count() != voters.size()) {
      throw new IllegalArgumentException("a voter is named twice: " + voters);
    }
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
        || pendingReadsMax < 1) {
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
              + pendingReadsMax);
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
   * As in a node. A leader that is held up for 200 ms is silent for 250; the rest is left for what
   * else delays it. ADR 6 has what was measured.
   */
  public static RaftConfig of(NodeId self, List<NodeId> voters) {
    return new RaftConfig(
        self,
        voters,
        Duration.ofMillis(50),
        Duration.ofMillis(325),
        Duration.ofMillis(425),
        Duration.ofMillis(50),
        256 << 10,
        64,
        16 << 20,
        32 << 20,
        4096);
  }
}
