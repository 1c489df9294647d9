package org.volvox.cli.files;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.volvox.base.syscall.FileStat;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox stat`: what is known of a file, and with --where which nodes say that they hold it. */
@Command(
    name = "stat",
    description = "Shows a file's size, times and digest.",
    customSynopsis = "volvox stat [--where] [--json] PATH",
    footer = {
      "",
      "With --json: an object with path, kind (file|directory), size, modified, changed (ISO 8601),",
      "sha256 (files), and with --where nodes: an array of id, held, blocks, failure.",
      "",
      "Example:",
      "  volvox stat --where /docs/report.pdf"
    })
public final class StatCommand extends AbstractCommand {
  @Option(names = "--where", description = "ask each node which of its blocks it holds")
  private boolean where;

  @Parameters(index = "0", paramLabel = "PATH", description = "a file or directory")
  private String path = "";

  public StatCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    String target = Parse.path(path);
    try (Volvox volvox = root().connect()) {
      FileStat stat = volvox.files().stat(target);
      List<VolvoxFiles.Holding> holdings =
          where && !stat.isDirectory() ? volvox.files().where(target) : List.of();
      if (root().isJson()) {
        printJson(target, stat, holdings);
      } else {
        print(target, stat, holdings);
      }
    }
    return ExitCode.DONE;
  }

  private void print(String target, FileStat stat, List<VolvoxFiles.Holding> holdings) {
    var out = streams().out();
    out.println("path      " + target);
    out.println("kind      " + (stat.isDirectory() ? "directory" : "file"));
    out.println(
        "size      "
            + (stat.isDirectory()
                ? stat.size() + (stat.size() == 1 ? " entry" : " entries")
                : stat.size() + " B (" + Human.bytes(stat.size()) + ")"));
    out.println("modified  " + Human.time(Instant.ofEpochMilli(stat.modified().millis())));
    out.println("changed   " + Human.time(Instant.ofEpochMilli(stat.changed().millis())));
    if (!stat.isDirectory()) {
      out.println("sha256    " + stat.digest().hex());
    }
    for (VolvoxFiles.Holding holding : holdings) {
      out.println("on " + holding.node() + "     " + describe(holding));
    }
  }

  private static String describe(VolvoxFiles.Holding holding) {
    if (!holding.failure().isEmpty()) {
      return "does not answer: " + holding.failure();
    }
    return holding.ofBlocks() == 0
        ? "in the log and state of every node (small file, no blocks)"
        : "holds " + holding.held() + " of " + Human.count(holding.ofBlocks(), "block");
  }

  private void printJson(String target, FileStat stat, List<VolvoxFiles.Holding> holdings) {
    Json json = new Json(streams().out()).openObject();
    json.field("path", target)
        .field("kind", stat.isDirectory() ? "directory" : "file")
        .field("size", stat.size())
        .field("modified", Instant.ofEpochMilli(stat.modified().millis()).toString())
        .field("changed", Instant.ofEpochMilli(stat.changed().millis()).toString());
    if (!stat.isDirectory()) {
      json.field("sha256", stat.digest().hex());
    }
    if (where) {
      json.name("nodes").openArray();
      for (VolvoxFiles.Holding holding : holdings) {
        json.openObject()
            .field("id", holding.node().toString())
            .field("held", holding.held())
            .field("blocks", holding.ofBlocks())
            .field("failure", holding.failure())
            .closeObject();
      }
      json.closeArray();
    }
    json.closeObject().endLine();
  }
}
