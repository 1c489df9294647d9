package org.volvox.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.syscall.Status;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Failures;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
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
        remove(volvox, target);
      }
    }
    return ExitCode.DONE;
  }

  private void remove(Volvox volvox, String target) throws IOException, InterruptedException {
    try {
      volvox.files().remove(target, recursive);
    } catch (VolvoxException e) {
      throw Failures.of(e, Status.NOT_EMPTY, "With all below it: volvox rm -r " + target);
    }
  }
}
