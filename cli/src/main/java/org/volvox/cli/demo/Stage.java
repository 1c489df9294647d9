package org.volvox.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.cluster.Leadership;
import org.volvox.cli.cluster.LocalCluster;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** What the steps share: the cluster, what was stored, and where to put things. */
final class Stage {
  /** An election takes a second at most; on a busy machine a few. */
  static final Duration ELECTION_MAX = Duration.ofSeconds(20);

  static final Duration CATCH_UP_MAX = Duration.ofSeconds(40);
  static final String FOLDER = "/demo";

  private final LocalCluster local;
  private final Path scratch;
  private final Optional<Material> material;
  private final Talk talk;

  /**
   * @param material what is stored, if the steps store something
   */
  Stage(LocalCluster local, Path scratch, Optional<Material> material, Talk talk) {
    this.local = local;
    this.scratch = scratch;
    this.material = material;
    this.talk = talk;
  }

  LocalCluster local() {
    return local;
  }

  Path scratch() {
    return scratch;
  }

  Material material() {
    return material.orElseThrow();
  }

  Talk talk() {
    return talk;
  }

  /** A client that enters through one node only. */
  Volvox through(NodeId node) throws IOException {
    return Volvox.connect(address(), ClientOptions.DEFAULT.through(node));
  }

  Volvox through(NodeId node, Duration timeout) throws IOException {
    return Volvox.connect(address(), ClientOptions.DEFAULT.through(node).within(timeout));
  }

  /** A client that tries this node first and goes on at others. */
  Volvox beginningAt(NodeId node) throws IOException {
    ClusterAddress address = address();
    List<ClusterAddress.Node> order = new ArrayList<>();
    address.node(node).ifPresent(order::add);
    address.nodes().stream().filter(other -> !other.id().equals(node)).forEach(order::add);
    return Volvox.connect(
        new ClusterAddress(address.cluster(), order, address.credentials()), ClientOptions.DEFAULT);
  }

  private ClusterAddress address() throws IOException {
    return ClusterAddress.ofFolder(local.path());
  }

  List<NodeId> others(NodeId node) {
    return local.nodes().stream().filter(other -> !other.equals(node)).toList();
  }

  /** The leader that a majority follows now. */
  NodeStatus leader(Volvox volvox) throws InterruptedException, Step.Wrong {
    return leaderAmong(volvox, local.nodes());
  }

  NodeStatus leaderAmong(Volvox volvox, List<NodeId> nodes)
      throws InterruptedException, Step.Wrong {
    Optional<NodeStatus> leader =
        Leadership.await(volvox.cluster(), nodes, local.nodes().size(), ELECTION_MAX);
    return leader.orElseThrow(() ->
        new Step.Wrong("no leader among " + nodes + " after " + ELECTION_MAX.toSeconds() + " s"));
  }

  /** Waits until all nodes follow one leader and their logs end and are applied at one index. */
  List<NodeStatus> awaitEqualLogs(Volvox volvox) throws InterruptedException, Step.Wrong {
    long deadline = System.nanoTime() + CATCH_UP_MAX.toNanos();
    List<NodeStatus> seen = List.of();
    while (deadline - System.nanoTime() > 0) {
      seen = Leadership.ask(volvox.cluster(), local.nodes());
      if (seen.size() == local.nodes().size() && areEqual(seen)) {
        return seen;
      }
      Leadership.pause(Duration.ofMillis(20));
    }
    throw new Step.Wrong("the logs do not become equal: " + describe(seen));
  }

  private static boolean areEqual(List<NodeStatus> nodes) {
    NodeStatus first = nodes.getFirst();
    return nodes.stream()
        .allMatch(node ->
            node.term().equals(first.term())
                && node.leader().isPresent()
                && node.leader().equals(first.leader())
                && node.lastIndex().equals(first.lastIndex())
                && node.lastTerm().equals(first.lastTerm())
                && node.commitIndex().equals(first.lastIndex())
                && node.appliedIndex().equals(first.lastIndex()));
  }

  private static String describe(List<NodeStatus> nodes) {
    StringBuilder text = new StringBuilder();
    for (NodeStatus node : nodes) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(node.node())
          .append(" term ")
          .append(node.term())
          .append(" last ")
          .append(node.lastIndex())
          .append(" applied ")
          .append(node.appliedIndex());
    }
    return text.toString();
  }
}
