package org.volvox.cli.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.Healing;
import org.volvox.cli.Human;

/** What is wrong with a cluster, worst first, and what to do about it. */
final class Findings {
  /** A node that is so far behind the others answers old reads late; a busy one is hundreds. */
  private static final long LAG_MAX = 10_000;

  /** With less than this left above its reserve a disk is full soon. */
  private static final int RESERVES_LEFT_MIN = 2;

  /** How bad it is. */
  enum Weight {
    /** Something does not work, or is lost. */
    BROKEN,
    /** All works, but the next fault may be one too many. */
    AT_RISK,
    /** It goes away by itself, or somebody wanted it so. */
    PASSING
  }

  /**
   * Something that one should know.
   *
   * @param what as {@code n3 is down since 14:02:11}
   * @param todo what to try; empty if nothing has to be done
   */
  record Finding(Weight weight, String what, String todo) {}

  /** What the entry node knows, without asking a quorum. */
  record Known(
      List<NodeStatus> nodes,
      MemberMessage.Answer members,
      PlacementTable placement,
      CopiesReport copies) {
    Known {
      nodes = List.copyOf(nodes);
    }

    /** The leader that a majority of the nodes follows, as far as the entry node hears them. */
    Optional<NodeId> leader() {
      return Leadership.agreed(nodes.stream().filter(NodeStatus::isUp).toList(), nodes.size())
          .map(NodeStatus::node);
    }

    long newest() {
      return nodes.stream().mapToLong(node -> node.commitIndex().value()).max().orElse(0);
    }
  }

  private final Known known;
  private final List<Finding> found = new ArrayList<>();

  private Findings(Known known) {
    this.known = known;
  }

  static List<Finding> of(Known known) {
    Findings findings = new Findings(known);
    findings.quorum();
    known.nodes().forEach(findings::node);
    findings.copies();
    findings.members();
    return findings.found.stream()
        .sorted((left, right) -> left.weight().compareTo(right.weight()))
        .toList();
  }

  private void add(Weight weight, String what, String todo) {
    found.add(new Finding(weight, what, todo));
  }

  private boolean votes(NodeStatus node) {
    return known
        .members()
        .row(node.node())
        .map(row -> row.kind() == MemberMessage.Kind.VOTER)
        .orElse(true);
  }

  private void quorum() {
    List<NodeStatus> voters = known.nodes().stream().filter(this::votes).toList();
    long up = voters.stream().filter(NodeStatus::isUp).count();
    int needed = voters.size() / 2 + 1;
    List<String> down =
        voters.stream().filter(node -> !node.isUp()).map(node -> node.node().toString()).toList();
    if (up < needed) {
      add(
          Weight.BROKEN,
          "no quorum: "
              + up
              + " of "
              + Human.count(voters.size(), "voter")
              + " up, "
              + needed
              + " needed; nothing can be written, and reads want --stale",
          "start " + String.join(" or ", down) + ": volvox node start " + down.getFirst());
    } else if (known.leader().isEmpty()) {
      add(
          Weight.BROKEN,
          "no leader that a majority follows, though " + up + " voters are up",
          "an election takes a second; if this stays, look for cut links: volvox nodes --node "
              + voters.getFirst().node());
    } else if (up == needed && voters.size() > 1) {
      add(
          Weight.AT_RISK,
          up + " of " + Human.count(voters.size(), "voter") + " up: one more lost stops all writes",
          down.isEmpty() ? "a third voter would make it safe: volvox node add --voter" : "");
    }
  }

  private void node(NodeStatus node) {
    NodeId id = node.node();
    if (!node.isUp()) {
      add(
          Weight.AT_RISK,
          id
              + (node.downSinceMillis() == 0
                  ? " is down"
                  : " is down since " + Human.time(Instant.ofEpochMilli(node.downSinceMillis()))),
          "volvox node start " + id + ", or if it is lost for good: volvox node replace " + id);
      return;
    }
    disk(node);
    long lag = known.newest() - node.appliedIndex().value();
    if (!node.log().snapshot().isEmpty()) {
      add(Weight.PASSING, id + ": " + node.log().snapshot(), "");
    } else if (lag > LAG_MAX) {
      add(
          Weight.AT_RISK,
          id + " is " + lag + " entries of the log behind",
          "see what it says: volvox node log " + id);
    }
    if (!node.linkRules().isEmpty()) {
      add(Weight.BROKEN, "links of " + id + ": " + node.linkRules(), "volvox net heal");
    }
  }

  private void disk(NodeStatus node) {
    NodeId id = node.node();
    long left = node.disk().leftBytes();
    long reserve = node.disk().reserveBytes();
    if (node.disk().isFull()) {
      add(
          Weight.BROKEN,
          "the disk of " + id + " is full (" + Human.bytes(left) + " left): it takes no blocks",
          "make room on it, or delete files: volvox rm PATH");
    } else if (reserve > 0 && left < RESERVES_LEFT_MIN * reserve) {
      add(
          Weight.AT_RISK,
          "the disk of " + id + " is nearly full: " + Human.bytes(left) + " left",
          "make room on it, or spread over more nodes: volvox node add");
    }
    long unmended = node.disk().damaged() - node.disk().rewritten();
    if (unmended > 0) {
      add(
          Weight.AT_RISK,
          Human.count(unmended, "block") + " on " + id + " damaged and not written again yet",
          "they are fetched from the others; if it goes on, its disk is dying: volvox node replace "
              + id);
    }
  }

  private void copies() {
    for (CopiesReport.Row row : known.copies().rows()) {
      add(
          row.copies() == 0 ? Weight.BROKEN : Weight.AT_RISK,
          row.copies() == 0
              ? Human.count(row.blocks(), "block") + " on no node that is up"
              : Human.count(row.blocks(), "block")
                  + " with "
                  + row.copies()
                  + " of "
                  + known.copies().wanted()
                  + " copies",
          row.copies() == 0 ? "start the nodes that are down" : "");
    }
    long missing = known.nodes().stream().mapToLong(NodeStatus::blocksMissing).sum();
    if (missing > 0) {
      add(
          Weight.PASSING,
          Human.count(missing, "block") + " on their way" + Healing.pace(known.nodes()),
          "");
    }
  }

  private void members() {
    for (MemberMessage.Row row : known.members().rows()) {
      String id = row.id().toString();
      if (row.isLeaving()) {
        add(Weight.PASSING, id + " is leaving", "volvox node keep " + id + " undoes it");
      } else if (row.replaces().isPresent()) {
        add(Weight.PASSING, id + " takes the place of " + row.replaces().get(), "");
      } else if (row.kind() == MemberMessage.Kind.JOINING) {
        add(Weight.PASSING, id + " catches up, and votes then", "");
      }
      if (known.placement().care().draining().contains(row.id())) {
        boolean isDone = !known.placement().isAssigned(row.id());
        add(
            Weight.PASSING,
            id + (isDone ? " is drained: it can be stopped" : " is being drained"),
            "volvox node drain " + id + " --off undoes it");
      }
    }
  }
}
