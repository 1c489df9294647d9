package org.volvox.client;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.rpc.OutboundCall;

/**
 * Keeps a client's list of nodes true while it is used, and what it knows of who leads: nodes come
 * and go, and one that knows only those of its first day is locked out when the last of them has
 * gone. Asks beside the requests, now and then and when a node failed, so that a short command asks
 * nothing.
 */
final class Roster {
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** Who has been at it for so long will be for longer, and had better go to the leader. */
  private static final Duration FIRST = Duration.ofMillis(250);

  private static final Duration EVERY_WHEN_FAILING = Duration.ofMillis(500);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  private final Connections connections;
  private final AtomicLong askedNanos = new AtomicLong(System.nanoTime());
  private final AtomicBoolean isFailing = new AtomicBoolean();
  private final AtomicBoolean hasAsked = new AtomicBoolean();
  private final AtomicBoolean isAsking = new AtomicBoolean();

  Roster(Connections connections) {
    this.connections = connections;
  }

  /** A node did not answer: others may have taken its place. */
  void suspect() {
    isFailing.set(true);
    use();
  }

  /** A request is made. */
  void use() {
    Duration every = isFailing.get() ? EVERY_WHEN_FAILING : hasAsked.get() ? EVERY : FIRST;
    if (System.nanoTime() - askedNanos.get() >= every.toNanos()
        && isAsking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("roster").start(this::ask);
    }
  }

  private void ask() {
    try {
      for (NodeId node : connections.entries()) {
        if (askAt(node)) {
          isFailing.set(false);
          if (connections.usesLeader()) {
            leaderAsSeenBy(node, ANSWER_WITHIN).filter(this::leads).ifPresent(connections::lead);
          }
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hasAsked.set(true);
      askedNanos.set(System.nanoTime());
      isAsking.set(false);
    }
  }

  private boolean askAt(NodeId node) throws InterruptedException {
    try (OutboundCall call = connections.to(node).open(Method.MEMBER, ANSWER_WITHIN)) {
      MemberMessage.Answer answer =
          MemberMessage.Answer.decode(call.ask(new MemberMessage.Request.Show().encode()));
      List<ClusterAddress.Node> nodes = new ArrayList<>();
      for (MemberMessage.Row row : answer.rows()) {
        int colon = row.address().lastIndexOf(':');
        if (colon > 0) {
          nodes.add(known(row.id(), row.address(), colon));
        }
      }
      if (!nodes.isEmpty()) {
        connections.learn(nodes, answer.lastId());
      }
      return !nodes.isEmpty();
    } catch (CallException | MalformedException | NumberFormatException e) {
      return false; // The next one is asked, and all again before long.
    }
  }

  /** Who leads as a node knows it, which does not say that this client reaches the leader. */
  Optional<NodeId> leaderAsSeenBy(NodeId node, Duration within) {
    return status(node, within).flatMap(NodeStatus::leader);
  }

  private boolean leads(NodeId node) {
    return status(node, ANSWER_WITHIN)
        .filter(status -> status.role() == NodeStatus.Role.LEADER)
        .isPresent();
  }

  private Optional<NodeStatus> status(NodeId node, Duration within) {
    try {
      Bytes question = NodeStatus.request(false);
      try (OutboundCall call = connections.to(node).open(Method.STATUS, within)) {
        return NodeStatus.decodeAll(call.ask(question)).stream().findFirst();
      }
    } catch (CallException | MalformedException e) {
      return Optional.empty(); // As good as a node that does not know.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private ClusterAddress.Node known(NodeId id, String address, int colon) {
    Path folder = connections.address().credentials().resolveSibling(id.toString());
    return new ClusterAddress.Node(
        id,
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
        folder.resolve("sock"));
  }
}
