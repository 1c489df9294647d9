package org.volvox.cli.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.Cluster;

/** Asks the nodes themselves who leads, and waits for an answer that a majority shares. */
public final class Leadership {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private Leadership() {}

  /** What all nodes that answer say of themselves. */
  public static List<NodeStatus> ask(Cluster cluster, List<NodeId> nodes)
      throws InterruptedException {
    List<NodeStatus> answers = new ArrayList<>();
    for (NodeId node : nodes) {
      cluster.own(node).ifPresent(answers::add);
    }
    return answers;
  }

  /** The leader of the highest term that a majority of {@code ofNodes} follows, itself included. */
  public static Optional<NodeStatus> agreed(List<NodeStatus> answers, int ofNodes) {
    return answers.stream()
        .filter(status -> status.role() == NodeStatus.Role.LEADER)
        .filter(leader -> followers(answers, leader) > ofNodes / 2)
        .max(Comparator.comparing(NodeStatus::term));
  }

  private static long followers(List<NodeStatus> answers, NodeStatus leader) {
    return answers.stream()
        .filter(status ->
            status.term().equals(leader.term())
                && status.leader().equals(Optional.of(leader.node())))
        .count();
  }

  /** Waits for a leader that a majority follows; empty when time is up. */
  public static Optional<NodeStatus> await(
      Cluster cluster, List<NodeId> nodes, int ofNodes, Duration within)
      throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (deadline - System.nanoTime() > 0) {
      Optional<NodeStatus> leader = agreed(ask(cluster, nodes), ofNodes);
      if (leader.isPresent()) {
        return leader;
      }
      pause(LOOK_AGAIN);
    }
    return Optional.empty();
  }

  /** A bounded wait between two looks, which an interrupt ends. */
  public static void pause(Duration span) throws InterruptedException {
    if (new CountDownLatch(1).await(span.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("a latch that nobody holds was released");
    }
  }
}
