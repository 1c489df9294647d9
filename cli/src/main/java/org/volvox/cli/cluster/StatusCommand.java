package org.volvox.cli.cluster;

import java.io.IOException;
import java.util.List;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.cluster.Findings.Finding;
import org.volvox.cli.cluster.Findings.Known;
import org.volvox.cli.cluster.Findings.Weight;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import picocli.CommandLine.Command;

/** `volvox status`: what is wrong, and what to do about it. */
@Command(
    name = "status",
    description = "Says in a screen whether all is well, what is wrong, and what to do about it.",
    customSynopsis = "volvox status [--json]",
    footer = {
      "",
      "It asks one node (--node N: that one) what it knows, and needs no quorum. Exit code 0 if",
      "nothing is broken or at risk, 1 if something is, 3 if no node answers.",
      "",
      "With --json: an object with leader, nodes, up, log (the newest index), findings: an array of",
      "objects with weight (broken|at risk|passing), what and todo.",
      "",
      "Examples:",
      "  volvox status",
      "  volvox status --node n3      as n3 sees it",
      "  watch -n 2 volvox status"
    })
public final class StatusCommand extends AbstractCommand {
  public StatusCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Known known;
    try (Volvox volvox = root().connect()) {
      known = known(volvox);
    }
    List<Finding> findings = Findings.of(known);
    if (root().isJson()) {
      printJson(known, findings);
    } else {
      print(known, findings);
    }
    return findings.stream().allMatch(each -> each.weight() == Weight.PASSING)
        ? ExitCode.DONE
        : ExitCode.FAILED;
  }

  private static Known known(Volvox volvox) throws VolvoxException, InterruptedException {
    List<NodeStatus> nodes = volvox.cluster().nodes();
    return new Known(
        nodes,
        volvox.cluster().members(new MemberMessage.Request.Show()),
        volvox.cluster().placement(),
        volvox
            .cluster()
            .copies(nodes.stream().filter(node -> !node.isUp()).map(NodeStatus::node).toList()));
  }

  /** For the command and its tests. */
  void print(Known known, List<Finding> findings) {
    long up = known.nodes().stream().filter(NodeStatus::isUp).count();
    streams()
        .out()
        .println(
            verdict(findings)
                + up
                + " of "
                + Human.count(known.nodes().size(), "node")
                + " up, "
                + known.leader().map(leader -> leader + " leads").orElse("nobody leads")
                + ", log at "
                + known.newest());
    for (Finding finding : findings) {
      streams().out().println("  " + word(finding.weight()) + ": " + finding.what());
      if (!finding.todo().isEmpty()) {
        streams().out().println("      " + finding.todo());
      }
    }
  }

  private static String verdict(List<Finding> findings) {
    if (findings.stream().anyMatch(each -> each.weight() == Weight.BROKEN)) {
      return "broken: ";
    }
    return findings.stream().anyMatch(each -> each.weight() == Weight.AT_RISK)
        ? "at risk: "
        : "all is well: ";
  }

  private static String word(Weight weight) {
    return switch (weight) {
      case BROKEN -> "broken";
      case AT_RISK -> "at risk";
      case PASSING -> "passing";
    };
  }

  private void printJson(Known known, List<Finding> findings) {
    Json json = new Json(streams().out()).openObject();
    known.leader().ifPresent(leader -> json.field("leader", leader.toString()));
    json.field("nodes", known.nodes().size())
        .field("up", known.nodes().stream().filter(NodeStatus::isUp).count())
        .field("log", known.newest())
        .name("findings")
        .openArray();
    for (Finding finding : findings) {
      json.openObject()
          .field("weight", word(finding.weight()))
          .field("what", finding.what())
          .field("todo", finding.todo())
          .closeObject();
    }
    json.closeArray().closeObject().endLine();
  }
}
