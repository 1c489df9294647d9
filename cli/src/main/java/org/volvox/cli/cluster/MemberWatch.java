package org.volvox.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.message.MemberMessage.Answer;
import org.volvox.calls.message.MemberMessage.Kind;
import org.volvox.calls.message.MemberMessage.Request;
import org.volvox.calls.message.MemberMessage.Row;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Healing;
import org.volvox.cli.Human;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.Root;
import org.volvox.client.Cluster;

/**
 * Watches how a node joins or goes, with one line of progress, until it is done or, if --timeout
 * was given, until that is over. What is watched goes on without it.
 */
final class MemberWatch {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(150);

  /** A node that was removed hears of it by its next election timeout and stops within 5 s. */
  private static final Duration END_MAX = Duration.ofSeconds(10);

  /** Whoever leads decides five times a second; an election may come between. */
  private static final Duration DECIDED_MAX = Duration.ofSeconds(5);

  /** Entries: less is on its way at any moment. */
  private static final long LAG_MAX = 1000;

  private final Root root;
  private final LocalCluster local;
  private final Cluster cluster;

  MemberWatch(Root root, LocalCluster local, Cluster cluster) {
    this.root = root;
    this.local = local;
    this.cluster = cluster;
  }

  /** Whether what is watched is done. */
  private interface Done {
    boolean test(Answer members, List<NodeStatus> nodes) throws IOException, InterruptedException;
  }

  /** Gives the members as of then. */
  Answer untilJoined(NodeId id, boolean votes, Optional<NodeId> replaced)
      throws IOException, InterruptedException {
    return until(
        id,
        "joins",
        (members, nodes) -> {
          if (members.lastId() < id.value()) {
            return false; // From a node that has not heard of it yet.
          }
          Row row =
              members
                  .row(id)
                  .orElseThrow(
                      () -> new Failure(ExitCode.FAILED, id + " was removed meanwhile", ""));
          boolean isThere =
              votes
                  ? row.kind() == Kind.VOTER && !members.isChanging()
                  : row.isComplete() && lag(id, nodes) <= LAG_MAX;
          return isThere && replaced.map(old -> members.row(old).isEmpty()).orElse(true);
        });
  }

  /** Gives the members as of then. */
  Answer untilGone(NodeId id) throws IOException, InterruptedException {
    return until(
        id,
        "leaves",
        (members, _) -> {
          if (members.row(id).map(row -> !row.isLeaving()).orElse(false)) {
            throw new Failure(ExitCode.FAILED, id + " was told to stay meanwhile", "");
          }
          return members.row(id).isEmpty() && !members.isChanging();
        });
  }

  void untilDrained(NodeId id) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    var _ =
        until(
            id,
            "is drained",
            (_, nodes) -> {
              PlacementTable table = cluster.placement();
              if (!table.care().draining().contains(id)) {
                throw new Failure(ExitCode.FAILED, id + " was taken back meanwhile", "");
              }
              boolean isDecided = table.care().resting().contains(id);
              if (!isDecided && System.nanoTime() - begun > DECIDED_MAX.toNanos()) {
                throw stays(id, table);
              }
              boolean leads =
                  nodes.stream()
                      .anyMatch(
                          node -> node.node().equals(id) && node.role() == NodeStatus.Role.LEADER);
              return isDecided && isSafeWithout(table, id) && !leads;
            });
  }

  /** Whether all others have by the table what it has, and have said so. */
  private static boolean isSafeWithout(PlacementTable table, NodeId id) {
    return !table.isAssigned(id)
        && table.groups().stream()
            .allMatch(group -> group.holders().stream().allMatch(table::isComplete));
  }

  /** Why nothing moves, and what would help. */
  private static Failure stays(NodeId id, PlacementTable table) {
    int others = table.nodes().size() - 1;
    return new Failure(
        ExitCode.FAILED,
        id
            + " keeps its blocks: each shall be on "
            + Human.count(table.copies(), "node")
            + ", and beside it there "
            + (others == 1 ? "is 1 that may hold them" : "are too few that may hold them"),
        "It moves them as soon as there is one more: volvox node add. Or undo it with --off.");
  }

  private Answer until(NodeId id, String what, Done done) throws IOException, InterruptedException {
    boolean isBounded = !root.timeoutSetting().source().equals("default");
    try (ProgressLine line = new ProgressLine(root.streams(), id + " " + what + ":")) {
      while (true) {
        Answer members = cluster.members(new Request.Show());
        List<NodeStatus> nodes = cluster.nodes();
        if (done.test(members, nodes)) {
          return members;
        }
        String state = state(id, members, nodes);
        line.say(state + ", " + Human.span(line.elapsed()));
        if (isBounded && line.elapsed().compareTo(root.timeout()) > 0) {
          throw new Failure(
              ExitCode.UNKNOWN,
              id + " still " + what + ": " + state,
              "It goes on without this command. See how far it is: volvox nodes");
        }
        Leadership.pause(LOOK_AGAIN);
      }
    }
  }

  private static String state(NodeId id, Answer members, List<NodeStatus> nodes) {
    List<String> parts = new ArrayList<>();
    long missing = nodes.stream().mapToLong(NodeStatus::blocksMissing).sum();
    if (missing > 0) {
      parts.add(Human.count(missing, "block") + " to fetch" + Healing.pace(nodes));
    }
    long lag = lag(id, nodes);
    if (lag > 0 && members.row(id).map(row -> row.kind() == Kind.JOINING).orElse(false)) {
      parts.add("log " + Human.count(lag, "entry").replace("entrys", "entries") + " behind");
    }
    List<NodeId> down = nodes.stream().filter(node -> !node.isUp()).map(NodeStatus::node).toList();
    if (!down.isEmpty()) {
      parts.add(down + (down.size() == 1 ? " is down" : " are down"));
    }
    return parts.isEmpty() ? "the nodes check what they have" : String.join(", ", parts);
  }

  private static long lag(NodeId id, List<NodeStatus> nodes) {
    long newest = nodes.stream().mapToLong(node -> node.lastIndex().value()).max().orElse(0);
    return nodes.stream()
        .filter(node -> node.node().equals(id))
        .mapToLong(node -> newest - node.lastIndex().value())
        .findFirst()
        .orElse(newest);
  }

  /** Waits a moment for the process of a node that was removed to end by itself. */
  boolean hasEnded(NodeId id) throws InterruptedException {
    long begun = System.nanoTime();
    while (local.process(id).isPresent()) {
      if (System.nanoTime() - begun > END_MAX.toNanos()) {
        return false;
      }
      Leadership.pause(LOOK_AGAIN);
    }
    return true;
  }
}
