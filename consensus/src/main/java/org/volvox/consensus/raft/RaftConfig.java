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
  public RaftConfig {
    voters = voters.stream().sorted().toList();
    if (!voters.contains(self) || voters.size() > 7) {
      throw new IllegalArgumentException(self + " is not one of 1 to 7 voters: " + voters);
    }
  }

  public static RaftConfig of(NodeId self, List<NodeId> voters) {
    return new RaftConfig(
        self,
        voters,
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        Duration.ofMillis(1000),
        Duration.ofMillis(50),
        256 << 10,
        64,
        16 << 20,
        32 << 20,
        4096);
  }
}
