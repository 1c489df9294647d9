package org.volvox.node.duty;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.fs.Absences;
import org.volvox.fs.Resting;
import org.volvox.node.event.Journal;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;

/**
 * What a leader does about nodes that are silent for long or that a person drains: has others hold
 * their blocks, and takes them back ({@link Resting}); hands over when it is itself to be drained.
 * How long nodes are silent it counts itself, and a new leader anew.
 */
final class HealingDuties {
  private static final Logger LOG = LoggerFactory.getLogger(HealingDuties.class);
  private static final Duration CALL_WITHIN = Duration.ofSeconds(2);

  private final NodeId self;
  private final Parts parts;
  private final GroupClock clock = new GroupClock();
  private final Absences absences = new Absences();
  private boolean isHealing;
  private boolean isHandingOver;

  /** What the duties stand on. */
  record Parts(
      ReplicatedLog group, NodeCalls calls, Peers peers, Members members, Journal journal) {}

  HealingDuties(NodeId self, Parts parts) {
    this.self = self;
    this.parts = parts;
  }

  /** Somebody else leads. */
  void rest() {
    absences.clear();
    isHealing = false;
    isHandingOver = false;
  }

  /** Whether the table was changed, so that what follows needs the new one. */
  boolean turn(PlacementTable table) throws CallException, InterruptedException {
    absences.observe(clock.now(), table.nodes(), parts.peers()::isUp);
    Duration goneAfter = Duration.ofMillis(table.care().healAfterMillis());
    List<NodeId> wanted = Resting.choose(table, node -> absences.of(node, goneAfter));
    List<NodeId> before = table.care().resting();
    if (!wanted.equals(before)) {
      FileCall.SetResting call = new FileCall.SetResting(table.epoch(), wanted);
      if (parts.calls().call(call, CALL_WITHIN).isOk()) {
        wanted.stream()
            .filter(node -> !before.contains(node) && !table.care().draining().contains(node))
            .forEach(absences::wentAway);
        begin(table, wanted);
      }
      return true;
    }
    if (isHealing && isWhole(table)) {
      isHealing = false;
      tell(EventKind.HEALING_ENDED, "all blocks are on " + table.copies() + " nodes that answer");
    }
    handOver(table);
    return false;
  }

  private void begin(PlacementTable table, List<NodeId> resting) {
    isHealing = true;
    for (NodeId node : table.nodes()) {
      boolean rested = table.care().resting().contains(node);
      if (resting.contains(node) && !rested) {
        String why =
            table.care().draining().contains(node)
                ? " is drained"
                : " has not answered for "
                    + Duration.ofMillis(table.care().healAfterMillis()).toSeconds()
                    + " s";
        tell(EventKind.HEALING_BEGAN, node + why + ": others take its blocks over");
      } else if (rested && !resting.contains(node)) {
        tell(EventKind.HEALING_BEGAN, node + " is back: it takes its blocks over again");
      }
    }
  }

  private void tell(EventKind kind, String what) {
    LOG.info("{}", what);
    parts.journal().record(kind, what, Optional.empty());
  }

  /** Whether those that shall hold each group do, and answer. */
  private boolean isWhole(PlacementTable table) {
    return table.groups().stream()
            .allMatch(group -> Set.copyOf(group.targets()).equals(Set.copyOf(group.holders())))
        && table.everyone().stream()
            .filter(table::isAssigned)
            .allMatch(node -> table.isComplete(node) && parts.peers().isUp(node));
  }

  /** A node that is to be drained does not lead, as long as another can. */
  private void handOver(PlacementTable table) {
    List<NodeId> draining = table.care().draining();
    if (draining.contains(self)) {
      List<NodeId> others =
          parts.members().now().voters().stream()
              .filter(node -> !draining.contains(node) && parts.peers().isUp(node))
              .toList();
      if (!others.isEmpty()) {
        if (!isHandingOver) {
          LOG.info("hands over, as this node is drained");
        }
        isHandingOver = true;
        parts.group().transfer(Optional.of(others.getFirst()));
      }
    }
  }
}
