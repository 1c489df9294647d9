package org.volvox.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.message.NodeStatus;

/** How the copies of blocks are cared for, in words that a person reads. */
public final class Healing {
  private Healing() {}

  /** As {@code , 31.2 MB/s, about 12.4 s}; empty when nothing moves. */
  public static String pace(NodeStatus.Healing healing) {
    return healing.bytesPerSecond() == 0
        ? ""
        : ", " + Human.bytes(healing.bytesPerSecond()) + "/s, about " + Human.span(left(healing));
  }

  /** The same of all nodes together. */
  public static String pace(List<NodeStatus> nodes) {
    return pace(sum(nodes));
  }

  private static Duration left(NodeStatus.Healing healing) {
    return Duration.ofMillis(1000 * healing.missingBytes() / Math.max(1, healing.bytesPerSecond()));
  }

  /**
   * What is away from its place, what is on its way, and what would help; nothing if all is well.
   */
  public static List<String> lines(
      PlacementTable table, CopiesReport copies, List<NodeStatus> nodes) {
    List<String> lines = new ArrayList<>();
    for (CopiesReport.Row row : copies.rows()) {
      lines.add(
          row.copies()
              + " of "
              + copies.wanted()
              + " copies of "
              + Human.count(row.blocks(), "block"));
    }
    NodeStatus.Healing all = sum(nodes);
    long missing = nodes.stream().mapToLong(NodeStatus::blocksMissing).sum();
    if (missing > 0) {
      lines.add(
          "on their way: "
              + Human.count(missing, "block")
              + " ("
              + Human.bytes(all.missingBytes())
              + ")"
              + pace(all));
    }
    List<NodeId> away = table.care().resting().stream().filter(table.care()::isAway).toList();
    if (!away.isEmpty()) {
      lines.add(
          names(away) + (away.size() == 1 ? " is" : " are") + " away: others hold its blocks");
    }
    for (NodeId node : table.care().draining()) {
      if (!table.care().resting().contains(node)) {
        lines.add(node + " keeps its blocks: too few others may hold them (volvox node add)");
      }
    }
    lines.addAll(stuck(table, copies, nodes));
    return lines;
  }

  /** Why silent nodes are not healed. */
  private static List<String> stuck(
      PlacementTable table, CopiesReport copies, List<NodeStatus> nodes) {
    List<NodeId> silent =
        nodes.stream()
            .filter(node -> !node.isUp() && !table.care().resting().contains(node.node()))
            .map(NodeStatus::node)
            .toList();
    if (silent.isEmpty() || copies.rows().isEmpty()) {
      return List.of();
    }
    int active = table.nodes().size() - table.care().resting().size();
    String after = Human.span(Duration.ofMillis(table.care().healAfterMillis()));
    return List.of(
        active - silent.size() < copies.wanted()
            ? "no node is left to copy to: "
                + names(silent)
                + " must return, or one more node would heal this (volvox node add)"
            : names(silent) + ": healed by the others after " + after + " of silence");
  }

  /** All nodes together. */
  private static NodeStatus.Healing sum(List<NodeStatus> nodes) {
    return new NodeStatus.Healing(
        nodes.stream().filter(NodeStatus::isUp).mapToLong(n -> n.healing().missingBytes()).sum(),
        nodes.stream().filter(NodeStatus::isUp).mapToLong(n -> n.healing().bytesPerSecond()).sum(),
        List.of());
  }

  private static String names(List<NodeId> nodes) {
    return String.join(", ", nodes.stream().map(NodeId::toString).toList());
  }
}
