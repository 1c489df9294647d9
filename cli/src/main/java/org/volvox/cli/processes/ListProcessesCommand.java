package org.volvox.cli.processes;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.Table;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** `volvox ps`: the cluster's one table of processes. */
@Command(
    name = "ps",
    description = "Lists the processes of the whole cluster.",
    customSynopsis = "volvox ps [-a] [--json]",
    footer = {
      "",
      "With --json: an array of objects with pid, state (pending|placed|starting|running|exited|",
      "killed|lost), node, exitCode (when ended; 128 + signal), user, since (ISO 8601), reason, args.",
      "",
      "Examples:",
      "  volvox ps",
      "  volvox ps -a          with those that have ended"
    })
public final class ListProcessesCommand extends AbstractCommand {
  @Option(names = "-a", description = "with those that have ended")
  private boolean all;

  public ListProcessesCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    List<ProcessRow> rows = new ArrayList<>();
    try (Volvox volvox = root().connect()) {
      volvox
          .processes()
          .list(row -> {
            if (all || !row.state().isFinal()) {
              rows.add(row);
            }
          });
    }
    if (root().isJson()) {
      printJson(rows);
      return ExitCode.DONE;
    }
    Table table = new Table(">PID", "STATE", "NODE", ">EXIT", "SINCE", "COMMAND", "WHY");
    for (ProcessRow row : rows) {
      table.row(
          row.pid().toString(),
          state(row),
          row.node().map(Object::toString).orElse("-"),
          row.exit().map(exit -> Integer.toString(exit.shellCode())).orElse("-"),
          Human.time(Instant.ofEpochMilli(row.spawnedAt().millis())),
          String.join(" ", row.spec().args()),
          row.reason());
    }
    table.print(streams().out());
    return ExitCode.DONE;
  }

  private static String state(ProcessRow row) {
    return row.state().name().toLowerCase(Locale.ROOT);
  }

  private void printJson(List<ProcessRow> rows) {
    Json json = new Json(streams().out()).openArray();
    for (ProcessRow row : rows) {
      json.openObject().field("pid", row.pid().value()).field("state", state(row));
      row.node().ifPresent(node -> json.field("node", node.toString()));
      row.exit().map(ProcessExit::shellCode).ifPresent(code -> json.field("exitCode", code));
      json.field("user", row.principal())
          .field("since", Instant.ofEpochMilli(row.spawnedAt().millis()).toString())
          .field("reason", row.reason())
          .name("args")
          .openArray();
      row.spec().args().forEach(json::value);
      json.closeArray().closeObject();
    }
    json.closeArray().endLine();
  }
}
