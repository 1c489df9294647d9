package org.volvox.cli.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.NodeId;
import org.volvox.calls.message.DiskState;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.cli.Table;
import org.volvox.cli.cluster.LocalCluster;
import org.volvox.cli.cluster.StoppedNodes;
import org.volvox.client.Volvox;
import org.volvox.node.check.FsCheck;
import org.volvox.node.folder.FolderException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox fs`: whether what is stored is whole, while nodes run and while they do not. */
@Command(
    name = "fs",
    description = "Shows whether what is stored is whole.",
    customSynopsis = {"volvox fs scrub [--now] [--json]", "volvox fs check [N] [--json]"},
    footer = {
      "",
      "  scrub  how far each node is in reading all its blocks, and what it found; with --now those",
      "         that wait begin another pass. What is damaged is made again from another node's.",
      "  check  reads the blocks and the state of nodes of this machine that do not run, and compares",
      "         them. Changes nothing. Exit code: 0 all whole, 1 blocks damaged or missing, which the",
      "         node fetches once it runs, 2 the state is damaged: another must take the node's place.",
      "",
      "With --json: an array of one object for each node.",
      "",
      "Examples:",
      "  volvox fs scrub --now",
      "  volvox node stop n2; volvox fs check n2"
    })
public final class FsCommand extends AbstractCommand {
  private static final int BLOCKS_DAMAGED = 1;
  private static final int STATE_DAMAGED = 2;
  private static final List<String> ACTIONS = List.of("scrub", "check");

  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "one node only")
  private String name = "";

  @Option(names = "--now", description = "scrub: begin another pass")
  private boolean isAsked;

  public FsCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return ACTIONS;
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Suggest.require("fs", action, ACTIONS);
    if (isAsked && action.equals("check")) {
      throw Failure.usage("fs check has no --now", "More: volvox fs --help");
    }
    Optional<NodeId> only = name.isEmpty() ? Optional.empty() : Optional.of(Parse.node(name));
    return action.equals("check") ? check(only) : scrub(only);
  }

  private int scrub(Optional<NodeId> only) throws IOException, InterruptedException {
    List<NodeStatus> nodes;
    try (Volvox volvox = root().connect()) {
      if (isAsked) {
        for (NodeStatus node : volvox.cluster().nodes()) {
          if (node.isUp() && only.map(node.node()::equals).orElse(true)) {
            volvox.cluster().scrub(node.node());
          }
        }
      }
      nodes = volvox.cluster().nodes();
    }
    List<NodeStatus> shown =
        nodes.stream().filter(node -> only.map(node.node()::equals).orElse(true)).toList();
    if (root().isJson()) {
      printJson(shown);
      return ExitCode.DONE;
    }
    Table table =
        new Table(
            "NODE",
            "LAST PASS",
            ">READ",
            ">THIS PASS",
            ">BLOCKS",
            ">DAMAGED",
            ">REWRITTEN",
            ">LEFT");
    for (NodeStatus node : shown) {
      DiskState disk = node.disk();
      table.row(
          node.node().toString(),
          disk.scrubEndMillis() == 0
              ? "none yet"
              : Human.time(Instant.ofEpochMilli(disk.scrubEndMillis())),
          Human.bytes(disk.scrubBytes()),
          Human.bytes(disk.passBytes()),
          Human.bytes(disk.blocksBytes()),
          Long.toString(disk.damaged()),
          Long.toString(disk.rewritten()),
          Human.bytes(disk.leftBytes()) + (disk.isFull() ? ", full" : ""));
    }
    table.print(streams().out());
    return ExitCode.DONE;
  }

  private void printJson(List<NodeStatus> nodes) {
    Json json = new Json(streams().out()).openArray();
    for (NodeStatus node : nodes) {
      DiskState disk = node.disk();
      json.openObject().field("id", node.node().toString());
      if (disk.scrubEndMillis() > 0) {
        json.field("lastPass", Instant.ofEpochMilli(disk.scrubEndMillis()).toString());
      }
      json.field("lastPassBytes", disk.scrubBytes())
          .field("thisPassBytes", disk.passBytes())
          .field("blocksBytes", disk.blocksBytes())
          .field("damaged", disk.damaged())
          .field("rewritten", disk.rewritten())
          .field("leftBytes", disk.leftBytes())
          .field("reserveBytes", disk.reserveBytes())
          .field("full", disk.isFull())
          .closeObject();
    }
    json.closeArray().endLine();
  }

  private int check(Optional<NodeId> only) throws IOException {
    LocalCluster local = LocalCluster.open(root().folder());
    List<NodeId> nodes = StoppedNodes.of(local, only, "its blocks change under who reads them");
    int code = ExitCode.DONE;
    Json json = new Json(streams().out());
    if (root().isJson()) {
      json.openArray();
    }
    for (NodeId node : nodes) {
      FsCheck.Report report = check(local.folderOf(node));
      if (root().isJson()) {
        printJson(json, report);
      } else {
        print(report);
      }
      code = Math.max(code, code(report));
    }
    if (root().isJson()) {
      json.closeArray().endLine();
    }
    return code;
  }

  private static FsCheck.Report check(Path folder) throws IOException {
    try {
      return FsCheck.run(folder);
    } catch (FolderException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), "", e);
    }
  }

  private static int code(FsCheck.Report report) {
    if (report.stateDamage().isPresent()) {
      return STATE_DAMAGED;
    }
    return report.isSound() ? ExitCode.DONE : BLOCKS_DAMAGED;
  }

  private void print(FsCheck.Report report) {
    var out = streams().out();
    report
        .damaged()
        .forEach(each ->
            out.println(
                report.node()
                    + " damaged "
                    + each.block()
                    + " in "
                    + each.segment()
                    + " at byte "
                    + each.offset()));
    report.missing().forEach(block -> out.println(report.node() + " missing " + block));
    report.unreferenced().forEach(block -> out.println(report.node() + " unreferenced " + block));
    report.stateDamage().ifPresent(why -> out.println(report.node() + " state: " + why));
    streams().say(summary(report));
  }

  private static String summary(FsCheck.Report report) {
    String blocks =
        report.node()
            + ": "
            + Human.count(report.whole(), "block")
            + " whole ("
            + Human.bytes(report.wholeBytes())
            + "), "
            + report.damaged().size()
            + " damaged";
    if (report.stateDamage().isPresent()) {
      return blocks
          + ". The state is damaged: which are missing is not known. Put a new node in its place:"
          + " volvox node replace "
          + report.node();
    }
    return blocks
        + ", "
        + report.missing().size()
        + " missing, "
        + report.unreferenced().size()
        + " unreferenced, by the state as of entry "
        + report.state()
        + (report.isSound()
            ? ". All is well."
            : ". The node fetches them from the others once it runs: volvox node start "
                + report.node());
  }

  private static void printJson(Json json, FsCheck.Report report) {
    json.openObject()
        .field("id", report.node().toString())
        .field("sound", report.isSound())
        .field("wholeBlocks", report.whole())
        .field("wholeBytes", report.wholeBytes())
        .field("entry", report.state().value());
    report.stateDamage().ifPresent(why -> json.field("stateDamage", why));
    print(json, "damaged", report.damaged().stream().map(FsCheck.Damaged::block).toList());
    print(json, "missing", report.missing());
    print(json, "unreferenced", report.unreferenced());
    json.closeObject();
  }

  private static void print(Json json, String name, List<BlockId> blocks) {
    json.name(name).openArray();
    blocks.forEach(block -> json.value(block.toString()));
    json.closeArray();
  }
}
