package org.volvox.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.volvox.base.syscall.FileStat;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.Root;
import org.volvox.client.TreeTransfer;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox put`: stores a local file or folder. */
@Command(
    name = "put",
    description = "Stores a local file or folder. A put that broke off goes on where it stopped.",
    customSynopsis = "volvox put LOCAL PATH",
    footer = {
      "",
      "Examples:",
      "  volvox put report.pdf /docs/report.pdf",
      "  volvox put report.pdf /docs/             into the directory /docs",
      "  volvox put photos /photos                all below photos becomes /photos"
    })
public final class PutCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "LOCAL", description = "a local file or folder")
  private String local = "";

  @Parameters(index = "1", paramLabel = "PATH", description = "where to, in the cluster")
  private String path = "";

  public PutCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Path source = Path.of(local);
    if (!Files.exists(source)) {
      throw new Failure(ExitCode.FAILED, "cannot store " + local + ": no such file", "");
    }
    try (Volvox volvox = root().connect();
        ProgressLine line = new ProgressLine(streams(), "put " + source.getFileName())) {
      if (Files.isDirectory(source)) {
        putFolder(volvox.files(), source, line);
      } else {
        putFile(volvox.files(), source, line);
      }
    }
    return ExitCode.DONE;
  }

  private void putFile(VolvoxFiles files, Path source, ProgressLine line)
      throws IOException, InterruptedException {
    String target = Parse.path(path);
    if (path.endsWith("/") || files.isDirectory(target)) {
      target = (target.equals("/") ? "" : target) + "/" + source.getFileName();
    }
    FileStat stat = files.put(source, target, line);
    line.wipe();
    if (root().isJson()) {
      new Json(streams().out())
          .openObject()
          .field("path", target)
          .field("size", stat.size())
          .field("sha256", stat.digest().hex())
          .closeObject()
          .endLine();
      return;
    }
    streams()
        .say(
            "stored "
                + target
                + ", "
                + Human.bytes(stat.size())
                + " in "
                + Human.span(line.elapsed())
                + ", sha256 "
                + Human.digest(stat.digest().hex()));
  }

  private void putFolder(VolvoxFiles files, Path source, ProgressLine line)
      throws IOException, InterruptedException {
    String target = Parse.path(path);
    TreeTransfer.Summary summary =
        files.putTree(
            source,
            target,
            (_, count, bytes) -> line.say(Human.count(count, "file") + ", " + Human.bytes(bytes)));
    line.wipe();
    new Summaries(streams(), root().isJson()).print("stored", target, summary, line.elapsed());
  }
}
