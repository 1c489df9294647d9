package org.volvox.cli.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.volvox.base.DiskException;
import org.volvox.base.NodeId;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.node.folder.FolderException;
import org.volvox.node.mend.LogCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox log check`: reads the logs of nodes that do not run. */
@Command(
    name = "log",
    description = "Reads the whole log of stopped nodes and says whether it is sound.",
    customSynopsis = "volvox log check [N] [--dir DIR] [--json]",
    footer = {
      "",
      "Nothing is changed. Without N all nodes of this machine are checked that do not run. What",
      "others have is repaired by a start of the node; nobody need do anything.",
      "",
      "Exit code: 0 all sound, 1 damaged, but the others can repair it, 2 what the node had",
      "promised is lost: another one must take its place.",
      "",
      "Examples:",
      "  volvox log check n2",
      "  volvox log check"
    })
public final class LogCommand extends AbstractCommand {
  private static final int REPAIRABLE = 1;
  private static final int LOST = 2;

  @Parameters(index = "0", paramLabel = "check", description = "what to do")
  private String action = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "the node, as n2 or 2")
  private String name = "";

  public LogCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return List.of("check");
  }

  @Override
  protected int run() throws IOException {
    Suggest.require("log", action, actions());
    LocalCluster local = LocalCluster.open(root().folder());
    local.requireOwnEngine(
        "log check", "It says in node.log what it finds when its node starts: volvox node log n1");
    Optional<NodeId> named = name.isEmpty() ? Optional.empty() : Optional.of(Parse.node(name));
    List<NodeId> nodes = StoppedNodes.of(local, named, "its log changes under who reads it");
    int code = ExitCode.DONE;
    Json json = new Json(streams().out());
    if (root().isJson()) {
      json.openArray();
    }
    for (NodeId node : nodes) {
      LogCheck.Result result = check(local.folderOf(node));
      code = Math.max(code, code(result));
      if (root().isJson()) {
        write(json, node, result);
      } else {
        print(node, result);
      }
    }
    if (root().isJson()) {
      json.closeArray();
      streams().out().println();
    }
    return code;
  }

  private static LogCheck.Result check(Path folder) throws IOException {
    try {
      return LogCheck.of(folder);
    } catch (FolderException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), "", e);
    } catch (DiskException e) {
      throw new IOException("the log in " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static int code(LogCheck.Result result) {
    return switch (result) {
      case LogCheck.Result.Sound _ -> ExitCode.DONE;
      case LogCheck.Result.Repairable _ -> REPAIRABLE;
      case LogCheck.Result.Lost _ -> LOST;
    };
  }

  private void print(NodeId node, LogCheck.Result result) {
    switch (result) {
      case LogCheck.Result.Sound(var first, var last) ->
          streams().out().println(node + "  sound: " + entries(first, last));
      case LogCheck.Result.Repairable(var first, var last, var where, var holes, var missing) -> {
        where.forEach(place -> streams().out().println(node + "  " + place));
        streams()
            .out()
            .println(
                node
                    + "  "
                    + (missing == 0
                        ? "nothing is missing of " + entries(first, last)
                        : "missing of " + entries(first, last) + ": " + String.join(", ", holes)));
        streams()
            .say(
                node
                    + ": its next start gets what is missing from the others, if it is not in its"
                    + " own state: volvox node start "
                    + node);
      }
      case LogCheck.Result.Lost(var where) -> {
        streams().out().println(node + "  lost: " + where);
        streams()
            .say(
                node
                    + ": what it had promised is not known, so it must not take part again. Put a"
                    + " new node in its place: volvox node replace "
                    + node);
      }
    }
  }

  private static String entries(long first, long last) {
    return first > last
        ? "no entries, it begins behind entry " + last
        : "entries " + first + " to " + last;
  }

  private static void write(Json json, NodeId node, LogCheck.Result result) {
    json.openObject().field("node", node.toString());
    switch (result) {
      case LogCheck.Result.Sound(var first, var last) ->
          json.field("verdict", "sound").field("first", first).field("last", last);
      case LogCheck.Result.Repairable(var first, var last, var where, var holes, var missing) -> {
        json.field("verdict", "repairable").field("first", first).field("last", last);
        json.field("missing", missing).name("holes").openArray();
        holes.forEach(json::value);
        json.closeArray().name("damage").openArray();
        where.forEach(json::value);
        json.closeArray();
      }
      case LogCheck.Result.Lost(var where) -> json.field("verdict", "lost").field("why", where);
    }
    json.closeObject();
  }
}
