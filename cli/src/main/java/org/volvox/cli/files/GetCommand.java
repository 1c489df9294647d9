package org.volvox.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.volvox.base.syscall.FileStat;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.Root;
import org.volvox.client.TreeTransfer;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox get`: fetches a file or a directory. */
@Command(
    name = "get",
    description = "Fetches a file or a directory, verified. A get that broke off goes on.",
    customSynopsis = "volvox get PATH LOCAL",
    footer = {
      "",
      "Examples:",
      "  volvox get /docs/report.pdf report.pdf",
      "  volvox get /docs/report.pdf .            keeps its name",
      "  volvox get /photos photos                all below /photos"
    })
public final class GetCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "PATH", description = "a file or directory of the cluster")
  private String path = "";

  @Parameters(index = "1", paramLabel = "LOCAL", description = "where to, on this machine")
  private String local = "";

  public GetCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    String source = Parse.path(path);
    Path target = Path.of(local);
    try (Volvox volvox = root().connect();
        ProgressLine line = new ProgressLine(streams(), "get " + source)) {
      if (volvox.files().stat(source).isDirectory()) {
        TreeTransfer.Summary summary =
            volvox
                .files()
                .getTree(
                    source,
                    target,
                    (_, count, bytes) ->
                        line.say(Human.count(count, "file") + ", " + Human.bytes(bytes)));
        line.wipe();
        new Summaries(streams(), root().isJson())
            .print("fetched", target.toString(), summary, line.elapsed());
        return ExitCode.DONE;
      }
      if (Files.isDirectory(target)) {
        target = target.resolve(source.substring(source.lastIndexOf('/') + 1));
      }
      FileStat stat = volvox.files().get(source, target, line);
      line.wipe();
      say(target, stat, line);
    }
    return ExitCode.DONE;
  }

  private void say(Path target, FileStat stat, ProgressLine line) {
    if (root().isJson()) {
      new Json(streams().out())
          .openObject()
          .field("local", target.toString())
          .field("size", stat.size())
          .field("sha256", stat.digest().hex())
          .closeObject()
          .endLine();
      return;
    }
    streams()
        .say(
            "fetched "
                + target
                + ", "
                + Human.bytes(stat.size())
                + " in "
                + Human.span(line.elapsed())
                + ", sha256 "
                + Human.digest(stat.digest().hex()));
  }
}
