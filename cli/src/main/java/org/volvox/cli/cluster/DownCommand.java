package org.volvox.cli.cluster;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.volvox.base.NodeId;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Human;
import org.volvox.cli.Root;
import picocli.CommandLine.Command;

/** `volvox down`: stops the nodes of this machine; what they hold stays. */
@Command(
    name = "down",
    description = "Stops the local cluster; its files stay for the next up.",
    customSynopsis = "volvox down [--dir DIR]",
    footer = {"", "Example:", "  volvox down"})
public final class DownCommand extends AbstractCommand {
  public DownCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    LocalCluster local = LocalCluster.open(root().folder());
    List<NodeId> running =
        local.nodes().stream().filter(node -> local.process(node).isPresent()).toList();
    if (running.isEmpty()) {
      streams().say("no node was up in " + local.path());
      return ExitCode.DONE;
    }
    List<NodeId> killed = local.stop(running);
    String stopped = Human.count(running.size(), "node") + " stopped; ";
    String names = killed.stream().map(NodeId::toString).collect(Collectors.joining(", "));
    streams()
        .say(
            stopped
                + (killed.isEmpty()
                    ? "again: volvox up"
                    : names + " did not within 5 s and had to be killed"));
    return ExitCode.DONE;
  }
}
