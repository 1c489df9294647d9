package org.volvox.consensus.paxos;

import java.time.Duration;
import org.volvox.base.NodeId;

/**
 * What a node is told at its start.
 *
 * @param incarnation how often this node has started; never the same twice
 * @param attempt a round that has no quorum after so long begins again
 * @param backOffMax the longest pause of a proposer that others overtook, drawn at random
 */
public record PaxosConfig(NodeId self, int incarnation, Duration attempt, Duration backOffMax) {
  private static final Duration ATTEMPT = Duration.ofMillis(300);
  private static final Duration BACK_OFF_MAX = Duration.ofMillis(200);

  public PaxosConfig {
    if (attempt.compareTo(Duration.ofMillis(1)) < 0 || incarnation < 1) {
      throw new IllegalArgumentException("attempt " + attempt + ", incarnation " + incarnation);
    }
  }

  public static PaxosConfig of(NodeId self, int incarnation) {
    return new PaxosConfig(self, incarnation, ATTEMPT, BACK_OFF_MAX);
  }
}
