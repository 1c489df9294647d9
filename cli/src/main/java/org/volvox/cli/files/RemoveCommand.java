package org.volvox.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox rm`: removes files, and with -r directories. */
@Command(
    name = "rm",
    description = "Removes files and empty directories; with -r directories and all below them.",
    customSynopsis = "volvox rm [-r] PATH...",
    footer = {"", "Example:", "  volvox rm -r /docs/old"})
public final class RemoveCommand extends AbstractCommand {
  @Option(names = "-r", description = "with all below")
  private boolean recursive;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "what to remove")
  private List<String> paths = new ArrayList<>();

  public RemoveCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    try (Volvox volvox = root().connect()) {
      for (String path : paths) {
        String target = Parse.path(path);
        if (target.equals("/")) {
          throw Failure.usage("the root stays", "Name what is below it: volvox ls /");
        }
        volvox.files().remove(target, recursive);
      }
    }
    return ExitCode.DONE;
  }
}
