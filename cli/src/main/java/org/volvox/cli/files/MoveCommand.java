package org.volvox.cli.files;

import java.io.IOException;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox mv`: moves or renames, in one atomic step. */
@Command(
    name = "mv",
    description = "Moves or renames a file or directory, in one step.",
    customSynopsis = "volvox mv A B",
    footer = {
      "",
      "Examples:",
      "  volvox mv /docs/draft.txt /docs/final.txt     replaces a file that is there",
      "  volvox mv /docs/final.txt /archive            into the directory /archive"
    })
public final class MoveCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "A", description = "what to move")
  private String from = "";

  @Parameters(index = "1", paramLabel = "B", description = "its new path, or a directory for it")
  private String to = "";

  public MoveCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    try (Volvox volvox = root().connect()) {
      String source = Parse.path(from);
      volvox.files().move(source, target(volvox.files(), source));
    }
    return ExitCode.DONE;
  }

  private String target(VolvoxFiles files, String source) throws IOException, InterruptedException {
    String target = Parse.path(to);
    if (target.equals(source) || !files.isDirectory(target)) {
      return target;
    }
    return (target.equals("/") ? "" : target) + source.substring(source.lastIndexOf('/'));
  }
}
