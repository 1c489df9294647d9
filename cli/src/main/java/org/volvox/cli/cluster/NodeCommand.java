package org.volvox.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox node`: does something to one node of the local cluster. */
@Command(
    name = "node",
    description = "Does something to one node of the local cluster.",
    customSynopsis = "volvox node kill|stop|start|pause|resume|log N",
    footer = {
      "",
      "  kill    kill -9            stop    asks it to end, in good order",
      "  start   starts it again    pause   SIGSTOP, as a machine that hangs",
      "  resume  SIGCONT            log     prints what it wrote about itself",
      "",
      "Examples:",
      "  volvox node kill n2",
      "  volvox node log 2"
    })
public final class NodeCommand extends AbstractCommand {
  private static final int LOG_BYTES_MAX = 8 << 20;
  private static final List<String> ACTIONS =
      List.of("kill", "stop", "start", "pause", "resume", "log");

  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  @Parameters(index = "1", paramLabel = "N", description = "the node, as n2 or 2")
  private String name = "";

  public NodeCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Suggest.require("node", action, ACTIONS);
    NodeId node = Parse.node(name);
    Path folder = root().folder();
    if (action.equals("log")) {
      printLog(folder, node);
      return ExitCode.DONE;
    }
    LocalCluster local = LocalCluster.open(folder);
    local.require(node);
    switch (action) {
      case "start" -> {
        boolean started = new Starter(local).start(node);
        streams().say(node + (started ? " is up" : " was up already"));
      }
      case "stop" -> stop(local, node);
      case "kill" -> requireUp(local.kill(node), node, "killed");
      case "pause" ->
          requireUp(local.pause(node, true), node, "paused; go on: volvox node resume " + node);
      default -> requireUp(local.pause(node, false), node, "goes on");
    }
    return ExitCode.DONE;
  }

  private void stop(LocalCluster local, NodeId node) throws InterruptedException {
    boolean ran = local.process(node).isPresent();
    boolean killed = !local.stop(List.of(node)).isEmpty();
    requireUp(ran, node, killed ? "did not stop within 5 s: killed" : "stopped");
  }

  private void requireUp(boolean done, NodeId node, String what) {
    if (!done) {
      throw new Failure(
          ExitCode.FAILED, node + " is not up", "Start it: volvox node start " + node);
    }
    streams().say(node + " " + what);
  }

  /** A dead node's log is the one that matters most, so its file comes before its answer. */
  private void printLog(Path folder, NodeId node) throws IOException, InterruptedException {
    Path file = folder.resolve(node.toString()).resolve("node.log");
    if (Files.isReadable(file)) {
      Files.copy(file, streams().out());
      return;
    }
    try (Volvox volvox = root().connect()) {
      streams().out().print(volvox.cluster().log(node, LOG_BYTES_MAX));
    }
  }
}
