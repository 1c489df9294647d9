package org.volvox.cli.files;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.volvox.base.syscall.FileStat;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Healing;
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
      "sha256 (files), and with --where copies (that each block shall have), blocksShort (that have",
      "fewer) and nodes: an array of id, held, blocks, failure, lacking (that it is to hold).",
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
      Optional<VolvoxFiles.Whereabouts> found =
          where && !stat.isDirectory()
              ? Optional.of(volvox.files().whereabouts(target))
              : Optional.empty();
      if (root().isJson()) {
        printJson(target, stat, found);
      } else {
        print(target, stat);
        if (found.isPresent()) {
          printWhere(found.get(), volvox.cluster().nodes());
        }
      }
    }
    return ExitCode.DONE;
  }

  private void print(String target, FileStat stat) {
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
  }

  private void printWhere(VolvoxFiles.Whereabouts found, List<NodeStatus> nodes) {
    for (VolvoxFiles.Holding holding : found.holdings()) {
      String pace =
          nodes.stream()
              .filter(node -> node.node().equals(holding.node()) && holding.lacking() > 0)
              .map(node -> Healing.pace(node.healing()))
              .findFirst()
              .orElse("");
      streams().out().println("on " + holding.node() + "     " + describe(holding) + pace);
    }
    VolvoxFiles.Copies copies = found.copies();
    if (!copies.blocksByCopies().isEmpty()) {
      streams().out().println("copies    " + describe(copies));
    }
  }

  private static String describe(VolvoxFiles.Copies copies) {
    if (copies.blocksShort() == 0) {
      return copies.wanted() + " of each block";
    }
    return copies.blocksByCopies().headMap(copies.wanted()).entrySet().stream()
        .map(entry ->
            entry.getKey()
                + " of "
                + copies.wanted()
                + " for "
                + Human.count(entry.getValue(), "block"))
        .collect(Collectors.joining(", "));
  }

  private static String describe(VolvoxFiles.Holding holding) {
    if (!holding.failure().isEmpty()) {
      return "does not answer: " + holding.failure();
    }
    return holding.ofBlocks() == 0
        ? "in the log and state of every node (small file, no blocks)"
        : "holds "
            + holding.held()
            + " of "
            + Human.count(holding.ofBlocks(), "block")
            + (holding.lacking() > 0 ? ", " + holding.lacking() + " more on their way" : "");
  }

  private void printJson(String target, FileStat stat, Optional<VolvoxFiles.Whereabouts> found) {
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
      found
          .map(VolvoxFiles.Whereabouts::copies)
          .ifPresent(copies ->
              json.field("copies", copies.wanted()).field("blocksShort", copies.blocksShort()));
      json.name("nodes").openArray();
      for (VolvoxFiles.Holding holding :
          found.map(VolvoxFiles.Whereabouts::holdings).orElse(List.of())) {
        json.openObject()
            .field("id", holding.node().toString())
            .field("held", holding.held())
            .field("blocks", holding.ofBlocks())
            .field("failure", holding.failure())
            .field("lacking", holding.lacking())
            .closeObject();
      }
      json.closeArray();
    }
    json.closeObject().endLine();
  }
}
