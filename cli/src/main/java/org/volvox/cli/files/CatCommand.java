package org.volvox.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox cat`: writes files to standard output. */
@Command(
    name = "cat",
    description = "Writes files to standard output, each block verified before it is written.",
    customSynopsis = "volvox cat PATH...",
    footer = {"", "Example:", "  volvox cat /docs/notes.txt | less"})
public final class CatCommand extends AbstractCommand {
  @Parameters(arity = "1..*", paramLabel = "PATH", description = "files of the cluster")
  private List<String> paths = new ArrayList<>();

  public CatCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    try (Volvox volvox = root().connect()) {
      for (String path : paths) {
        volvox.files().copy(Parse.path(path), streams().out(), Progress.NONE);
        if (streams().out().checkError()) {
          return ExitCode.CLOSED_PIPE; // The reader went away, as head does; nobody is to be told.
        }
      }
    }
    return ExitCode.DONE;
  }
}
