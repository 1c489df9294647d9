package org.volvox.cli.doctor;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.cluster.LocalCluster;
import org.volvox.cli.doctor.Check.Grade;
import picocli.CommandLine.Command;

/** `volvox doctor`: whether this machine is fit to run nodes. */
@Command(
    name = "doctor",
    description = "Checks whether this machine is fit to run nodes: disk, limits, clock, ports.",
    customSynopsis = "volvox doctor [--json]",
    footer = {
      "",
      "It changes nothing, but for a small file that it writes in the cluster's folder, or where that",
      "would be made, to time the disk. Exit code 0 unless something is bad. How the cluster itself",
      "is, volvox status says.",
      "",
      "With --json: an array of objects with check, grade (ok|warn|bad), text and todo.",
      "",
      "Examples:",
      "  volvox doctor",
      "  volvox doctor --dir /srv/volvox      before a cluster is made there"
    })
public final class DoctorCommand extends AbstractCommand {
  /** As many as `up` makes. */
  private static final int NODES = 3;

  public DoctorCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() {
    List<Check> checks = checks(root().folder());
    if (root().isJson()) {
      printJson(checks);
    } else {
      checks.forEach(this::print);
    }
    return checks.stream().anyMatch(check -> check.grade() == Grade.BAD)
        ? ExitCode.FAILED
        : ExitCode.DONE;
  }

  private static List<Check> checks(Path folder) {
    List<Check> checks = new ArrayList<>();
    boolean isThere = LocalCluster.exists(folder);
    List<NodeId> nodes = isThere ? LocalCluster.open(folder).nodes() : List.of();
    checks.add(Machine.java());
    checks.add(Machine.disk(folder));
    checks.add(Machine.sync(folder));
    checks.add(Machine.memory(isThere ? nodes.size() : NODES));
    checks.add(Machine.files());
    checks.add(Machine.clock(KernelClock.read()));
    Machine.keys(folder).ifPresent(checks::add);
    if (isThere) {
      LocalCluster local = LocalCluster.open(folder);
      for (NodeId node : nodes) {
        checks.add(node(local, node));
      }
    }
    return checks;
  }

  private static Check node(LocalCluster local, NodeId node) {
    if (local.process(node).isPresent()) {
      return Check.ok(node.toString(), "runs, as process " + local.process(node).get().pid());
    }
    InetSocketAddress address = local.address(node);
    Check port = Machine.port(address);
    return port.grade() == Grade.OK
        ? Check.warn(
            node.toString(),
            "does not run; " + port.text() + "; it said last: " + local.lastWords(node),
            "volvox node start " + node)
        : new Check(node.toString(), port.grade(), "does not run; " + port.text(), port.todo());
  }

  private void print(Check check) {
    streams()
        .out()
        .println(
            (check.grade().word() + "      ").substring(0, 6)
                + (check.name() + "        ").substring(0, 8)
                + check.text());
    if (!check.todo().isEmpty()) {
      streams().out().println("              " + check.todo());
    }
  }

  private void printJson(List<Check> checks) {
    Json json = new Json(streams().out()).openArray();
    for (Check check : checks) {
      json.openObject()
          .field("check", check.name())
          .field("grade", check.grade().word())
          .field("text", check.text())
          .field("todo", check.todo())
          .closeObject();
    }
    json.closeArray().endLine();
  }
}
