package org.volvox.cli.files;

import java.io.IOException;
import java.time.Instant;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileStat;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox ls`: the entries of a directory, printed as they come, whatever their number. */
@Command(
    name = "ls",
    description = "Lists a directory, in bytewise order of names.",
    customSynopsis = "volvox ls [-l] [--json] [PATH]",
    footer = {
      "",
      "With --json: an array of objects with name, kind (file|directory), size, modified (ISO 8601),",
      "sha256 (files).",
      "",
      "Examples:",
      "  volvox ls /",
      "  volvox ls -l /docs"
    })
public final class ListCommand extends AbstractCommand {
  @Option(names = "-l", description = "with sizes and times")
  private boolean isLong;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      defaultValue = "/",
      description = "a directory, or a file; / if not given")
  private String path = "/";

  public ListCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    try (Volvox volvox = root().connect()) {
      if (root().isJson()) {
        Json json = new Json(streams().out()).openArray();
        volvox.files().list(Parse.path(path), entry -> print(json, entry));
        json.closeArray().endLine();
      } else {
        volvox.files().list(Parse.path(path), this::print);
      }
    }
    return ExitCode.DONE;
  }

  private static void print(Json json, FileEntry entry) {
    FileStat stat = entry.stat();
    json.openObject()
        .field("name", entry.name())
        .field("kind", stat.isDirectory() ? "directory" : "file")
        .field("size", stat.size())
        .field("modified", Instant.ofEpochMilli(stat.modified().millis()).toString());
    if (!stat.isDirectory()) {
      json.field("sha256", stat.digest().hex());
    }
    json.closeObject();
  }

  private void print(FileEntry entry) {
    FileStat stat = entry.stat();
    String name = entry.name() + (stat.isDirectory() ? "/" : "");
    if (!isLong) {
      streams().out().println(name);
      return;
    }
    // Fixed columns, so that a listing of any length is printed as it comes.
    String size = Human.bytes(stat.size());
    String shown = stat.isDirectory() ? "-" : size;
    streams()
        .out()
        .println(
            " ".repeat(Math.max(0, 9 - shown.length()))
                + shown
                + "  "
                + Human.time(Instant.ofEpochMilli(stat.modified().millis()))
                + "  "
                + name);
  }
}
