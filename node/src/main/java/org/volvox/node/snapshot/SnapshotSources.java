package org.volvox.node.snapshot;

import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.node.serve.Peers;

/**
 * Whom to ask for a snapshot: who is known to have it before who is not, and the leader after the
 * others, since it has enough to do. Who is down is not asked.
 */
public record SnapshotSources(NodeId self, Supplier<List<NodeId>> nodes, Peers peers)
    implements SnapshotFetch.Sources {
  @Override
  public List<NodeId> inOrder(LogIndex atLeast) {
    return nodes.get().stream()
        .filter(node -> !node.equals(self) && peers.isUp(node))
        .sorted(
            Comparator.comparing((NodeId node) -> !has(node, atLeast)).thenComparing(this::leads))
        .toList();
  }

  private boolean has(NodeId node, LogIndex atLeast) {
    return peers.status(node).map(status -> !status.appliedIndex().isBefore(atLeast)).orElse(false);
  }

  private boolean leads(NodeId node) {
    return peers.status(node).map(status -> status.role() == NodeStatus.Role.LEADER).orElse(false);
  }
}
