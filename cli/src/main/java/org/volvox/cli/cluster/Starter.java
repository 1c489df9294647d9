package org.volvox.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Starts node processes and waits until they answer and one leads; used by up, node and demo. */
public final class Starter {
  private static final Duration UP_MAX = Duration.ofMinutes(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final LocalCluster local;

  public Starter(LocalCluster local) {
    this.local = local;
  }

  /** Who was started, and who leads. */
  public record Up(List<NodeId> started, NodeStatus leader) {
    public Up {
      started = List.copyOf(started);
    }
  }

  /** Starts what does not run and waits for a leader that a majority follows and all answer to. */
  public Up up() throws IOException, InterruptedException {
    List<NodeId> started = new ArrayList<>();
    for (NodeId node : local.nodes()) {
      if (local.start(node)) {
        started.add(node);
      }
    }
    try (Volvox volvox =
        Volvox.connect(ClusterAddress.ofFolder(local.path()), ClientOptions.DEFAULT)) {
      return new Up(started, awaitAll(volvox));
    }
  }

  private NodeStatus awaitAll(Volvox volvox) throws InterruptedException {
    long begun = System.nanoTime();
    int all = local.nodes().size();
    int answering = 0;
    while (System.nanoTime() - begun < UP_MAX.toNanos()) {
      List<NodeStatus> answers = Leadership.ask(volvox.cluster(), local.nodes());
      Optional<NodeStatus> leader = Leadership.agreed(answers, all);
      if (leader.isPresent() && answers.size() == all) {
        return leader.get();
      }
      answering = answers.size();
      requireAlive(local.nodes(), begun);
      Leadership.pause(LOOK_AGAIN);
    }
    throw new Failure(
        ExitCode.UNREACHABLE,
        "no leader after "
            + UP_MAX.toSeconds()
            + " s, "
            + answering
            + " of "
            + all
            + " nodes answer",
        "See why: volvox node log " + local.nodes().getFirst());
  }

  /** A node that ended instead of answering has said why; there is no sense in waiting for it. */
  private void requireAlive(List<NodeId> nodes, long begunNanos) {
    Duration since = Duration.ofNanos(System.nanoTime() - begunNanos);
    if (since.compareTo(Duration.ofSeconds(1)) < 0) {
      return; // Its process id is not written yet.
    }
    for (NodeId node : nodes) {
      String words = local.lastWords(node);
      if (local.process(node).isEmpty() && words.startsWith("volvox:")) {
        throw new Failure(
            ExitCode.FAILED,
            words.substring("volvox:".length()).strip(),
            "Nodes that run stay up: volvox nodes, volvox down");
      }
    }
  }

  /** Starts one node and waits until it answers; false if it ran already. */
  public boolean start(NodeId node) throws IOException, InterruptedException {
    return start(node, ClusterAddress.ofFolder(local.path()));
  }

  /** Starts a node that no other knows yet. */
  void startJoining(NodeId node, String address) throws IOException, InterruptedException {
    start(node, local.addressOf(node, address));
  }

  private boolean start(NodeId node, ClusterAddress address)
      throws IOException, InterruptedException {
    boolean started = local.start(node);
    long begun = System.nanoTime();
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT)) {
      while (System.nanoTime() - begun < UP_MAX.toNanos()) {
        if (volvox.cluster().own(node).isPresent()) {
          return started;
        }
        requireAlive(List.of(node), begun);
        Leadership.pause(LOOK_AGAIN);
      }
    }
    throw new Failure(
        ExitCode.FAILED,
        node + " does not answer after " + UP_MAX.toSeconds() + " s",
        "See why: volvox node log " + node);
  }
}
