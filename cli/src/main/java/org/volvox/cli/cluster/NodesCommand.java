package org.volvox.cli.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Healing;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.Table;
import org.volvox.client.Volvox;
import org.volvox.node.folder.ClusterConfig;
import picocli.CommandLine.Command;

/** `volvox nodes`: the machines as the entry node sees them. */
@Command(
    name = "nodes",
    description = "Lists the machines as the entry node sees them.",
    customSynopsis = "volvox nodes [--json]",
    footer = {
      "",
      "With --json: an array of objects with id, address, role (leader|follower|worker|unknown),",
      "term, state (up|down), leader (that it knows), lastIndex, lastTerm, commit, applied, lag,",
      "blocksHeld, blocksMissing, diskLeftBytes, diskReserveBytes, diskFull, incarnation, process, downSince (ISO 8601, when down), kind",
      "(voter|learner|joining), priority, leaving, complete (has all blocks that it shall hold),",
      "replaces (the node whose place it takes), care (steady|away|draining|drained: away are those",
      "silent for so long that others hold their blocks), bytesMissing, healRate (bytes a second),",
      "links, engine (who keeps the replicated log),",
      "lab (where the node serves the clock simulator; each does, at its address, port 7680).",
      "",
      "Examples:",
      "  volvox nodes",
      "  volvox nodes --node n3 --json      as n3 sees them"
    })
public final class NodesCommand extends AbstractCommand {
  private static final String STEADY = "steady";

  public NodesCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    List<NodeStatus> nodes;
    MemberMessage.Answer members;
    PlacementTable table;
    CopiesReport copies;
    try (Volvox volvox = root().connect()) {
      nodes = volvox.cluster().nodes();
      members = volvox.cluster().members(new MemberMessage.Request.Show());
      table = volvox.cluster().placement();
      copies =
          volvox
              .cluster()
              .copies(nodes.stream().filter(node -> !node.isUp()).map(NodeStatus::node).toList());
    }
    print(nodes, members, table);
    if (!root().isJson()) {
      Healing.lines(table, copies, nodes).forEach(streams().out()::println);
    }
    return ExitCode.DONE;
  }

  void print(List<NodeStatus> nodes, MemberMessage.Answer members, PlacementTable care) {
    if (root().isJson()) {
      printJson(nodes, members, care);
      return;
    }
    long newest = nodes.stream().mapToLong(node -> node.lastIndex().value()).max().orElse(0);
    Table table =
        new Table(
            "NODE",
            "ADDRESS",
            "KIND",
            "ROLE",
            ">TERM",
            "STATE",
            ">LAST",
            ">LAG",
            ">BLOCKS",
            ">MISSING",
            "LINKS");
    for (NodeStatus node : nodes) {
      table.row(
          node.node().toString(),
          node.address(),
          members.row(node.node()).map(row -> kind(row, care)).orElse("-"),
          node.isUp() ? role(node) : "-",
          node.term().toString(),
          state(node),
          node.lastIndex().toString(),
          Long.toString(newest - node.lastIndex().value()),
          Long.toString(node.blocksHeld()),
          Long.toString(node.blocksMissing()),
          node.linkRules());
    }
    table.print(streams().out());
  }

  /** As {@code voter}, {@code joining for n2} or {@code learner, leaving}. */
  private static String kind(MemberMessage.Row row, PlacementTable table) {
    return word(row)
        + row.replaces().map(old -> " for " + old).orElse("")
        + (row.isLeaving() ? ", leaving" : "")
        + Optional.of(care(row.id(), table))
            .filter(care -> !care.equals(STEADY))
            .map(care -> ", " + care)
            .orElse("");
  }

  /** Whether its blocks are with it, or with others in its place. */
  static String care(NodeId node, PlacementTable table) {
    if (table.care().isAway(node)) {
      return "away";
    }
    if (!table.care().draining().contains(node)) {
      return STEADY;
    }
    return table.isAssigned(node) ? "draining" : "drained";
  }

  private static String word(MemberMessage.Row row) {
    return row.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String role(NodeStatus node) {
    return node.role().name().toLowerCase(Locale.ROOT);
  }

  private static String state(NodeStatus node) {
    if (node.isUp()) {
      return "up"
          + (node.disk().isFull() ? ", disk full" : "")
          + (node.log().snapshot().isEmpty() ? "" : ", " + node.log().snapshot());
    }
    return node.downSinceMillis() == 0
        ? "down"
        : "down since " + Human.time(Instant.ofEpochMilli(node.downSinceMillis()));
  }

  private void printJson(
      List<NodeStatus> nodes, MemberMessage.Answer members, PlacementTable care) {
    long newest = nodes.stream().mapToLong(node -> node.lastIndex().value()).max().orElse(0);
    Path folder = root().folder();
    String engine =
        LocalCluster.exists(folder) ? LocalCluster.open(folder).engine() : ClusterConfig.OWN_ENGINE;
    Json json = new Json(streams().out()).openArray();
    for (NodeStatus node : nodes) {
      json.openObject()
          .field("id", node.node().toString())
          .field("address", node.address())
          .field("role", node.isUp() ? role(node) : "unknown")
          .field("engine", engine)
          .field("term", node.term().value())
          .field("state", node.isUp() ? "up" : "down");
      node.leader().ifPresent(leader -> json.field("leader", leader.toString()));
      json.field("lastIndex", node.lastIndex().value())
          .field("lastTerm", node.lastTerm().value())
          .field("commit", node.commitIndex().value())
          .field("applied", node.appliedIndex().value())
          .field("lag", newest - node.lastIndex().value())
          .field("blocksHeld", node.blocksHeld())
          .field("blocksMissing", node.blocksMissing())
          .field("care", care(node.node(), care))
          .field("bytesMissing", node.healing().missingBytes())
          .field("healRate", node.healing().bytesPerSecond())
          .field("logBase", node.log().base().value())
          .field("logBytes", node.log().bytes())
          .field("snapshot", node.log().snapshot())
          .field("diskLeftBytes", node.disk().leftBytes())
          .field("diskReserveBytes", node.disk().reserveBytes())
          .field("diskFull", node.disk().isFull())
          .field("incarnation", node.incarnation())
          .field("process", node.processId());
      if (!node.isUp() && node.downSinceMillis() > 0) {
        json.field("downSince", Instant.ofEpochMilli(node.downSinceMillis()).toString());
      }
      members.row(node.node()).ifPresent(row -> printMember(json, row));
      json.field("links", node.linkRules())
          .field("lab", LocalCluster.labOf(node.address()))
          .closeObject();
    }
    json.closeArray().endLine();
  }

  private static void printMember(Json json, MemberMessage.Row row) {
    json.field("kind", word(row))
        .field("priority", row.priority())
        .field("leaving", row.isLeaving())
        .field("complete", row.isComplete());
    row.replaces().ifPresent(old -> json.field("replaces", old.toString()));
  }
}
