package org.volvox.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.volvox.base.NodeId;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox node`: does something to one node of the local cluster, or lets nodes join and go. */
@Command(
    name = "node",
    description = "Does something to one node of the local cluster, or lets nodes join and go.",
    customSynopsis = {
      "volvox node kill|stop|start|pause|resume|log N",
      "volvox node add [--voter] [--no-wait]",
      "volvox node promote N [--no-wait]",
      "volvox node remove|replace N [--force] [--no-wait]",
      "volvox node keep N",
      "volvox node drain N [--off] [--no-wait]",
      "volvox node transfer [N]",
      "volvox node priority N P"
    },
    footer = {
      "",
      "  kill    kill -9            stop    asks it to end, in good order",
      "  start   starts it again    pause   SIGSTOP, as a machine that hangs",
      "  resume  SIGCONT            log     prints what it wrote about itself",
      "",
      "  add      a new node that holds blocks and runs programs; with --voter it also votes",
      "  promote  a node without a vote gets one",
      "  remove   a node goes once its blocks are on two others; keep undoes it until then",
      "  replace  a new node takes over from N, which may be dead",
      "  drain    others hold its blocks and lead, so that it can be stopped; --off undoes it",
      "  transfer the leader hands over, to N or to the best of the others",
      "  priority 1 to 100; a node of the highest should lead",
      "",
      "What is asked for is kept by the cluster: Ctrl-C, or --no-wait, ends the waiting only. With",
      "--timeout the waiting ends then; without, it takes as long as the blocks do. --force lets a",
      "node go at once, even if a block is left on fewer than two nodes, or on none.",
      "",
      "Examples:",
      "  volvox node kill n2",
      "  volvox node log 2",
      "  volvox node add --voter",
      "  volvox node replace n2        after its disk has died"
    })
public final class NodeCommand extends AbstractCommand {
  private static final int LOG_BYTES_MAX = 8 << 20;
  private static final List<String> OF_MEMBERS =
      List.of("add", "promote", "remove", "replace", "keep", "drain", "transfer", "priority");

  /** What the log itself has to agree to. */
  private static final List<String> CHANGES =
      List.of("add", "promote", "remove", "replace", "keep", "priority");

  private static final List<String> ACTIONS =
      Stream.concat(
              Stream.of("kill", "stop", "start", "pause", "resume", "log"), OF_MEMBERS.stream())
          .toList();

  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "the node, as n2 or 2")
  private String name = "";

  @Parameters(index = "2", arity = "0..1", paramLabel = "P", description = "a priority")
  private String priority = "";

  @Option(names = "--voter", description = "add: it votes, once it has caught up")
  private boolean votes;

  @Option(names = "--force", description = "remove, replace: whatever is at risk")
  private boolean isForced;

  @Option(names = "--off", description = "drain: it holds blocks and may lead again")
  private boolean isOff;

  @Option(names = "--no-wait", description = "leave the rest to the cluster")
  private boolean isLeft;

  public NodeCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return ACTIONS;
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Suggest.require("node", action, ACTIONS);
    check();
    Path folder = root().folder();
    if (action.equals("log")) {
      printLog(folder, Parse.node(name));
      return ExitCode.DONE;
    }
    LocalCluster local = LocalCluster.open(folder);
    local.set(root(), "", "");
    if (CHANGES.contains(action)) {
      local.requireOwnEngine(
          "node " + action,
          "Its members are fixed. One on the engine raft changes them: volvox up --dir DIR");
    }
    if (OF_MEMBERS.contains(action)) {
      try (Volvox volvox = root().connect()) {
        runOnMembers(
            new MemberActions(
                root(), local, volvox, new MemberActions.Wanted(votes, isForced, !isLeft)));
      }
    } else {
      runOnProcess(local, local.require(Parse.node(name)));
    }
    return ExitCode.DONE;
  }

  /** An option that an action has no use for is a mistake, and may be a costly one. */
  private void check() {
    boolean wantsName = !action.equals("add") && !action.equals("transfer");
    if (wantsName && name.isEmpty()) {
      throw Failure.usage("node " + action + ": which node?", "Such as n2. See: volvox nodes");
    }
    if (action.equals("add") && !name.isEmpty()) {
      throw Failure.usage("node add names its node itself", "More: volvox node --help");
    }
    if (action.equals("priority") == priority.isEmpty()) {
      throw Failure.usage(
          priority.isEmpty()
              ? "node priority: which one?"
              : "node " + action + " takes no " + priority,
          "Such as: volvox node priority n2 10");
    }
    if (votes && !action.equals("add")) {
      throw Failure.usage("--voter goes with node add", "More: volvox node --help");
    }
    if (isOff && !action.equals("drain")) {
      throw Failure.usage("--off goes with node drain", "More: volvox node --help");
    }
    if (isForced && !action.equals("remove") && !action.equals("replace")) {
      throw Failure.usage("--force goes with node remove and replace", "More: volvox node --help");
    }
  }

  private void runOnMembers(MemberActions members) throws IOException, InterruptedException {
    switch (action) {
      case "add" -> members.add();
      case "promote" -> members.promote(Parse.node(name));
      case "remove" -> members.remove(Parse.node(name));
      case "replace" -> members.replace(Parse.node(name));
      case "keep" -> members.keep(Parse.node(name));
      case "drain" -> {
        if (isOff) {
          members.undrain(Parse.node(name));
        } else {
          members.drain(Parse.node(name));
        }
      }
      case "transfer" ->
          members.transfer(name.isEmpty() ? Optional.empty() : Optional.of(Parse.node(name)));
      default -> members.priority(Parse.node(name), priority);
    }
  }

  private void runOnProcess(LocalCluster local, NodeId node)
      throws IOException, InterruptedException {
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
