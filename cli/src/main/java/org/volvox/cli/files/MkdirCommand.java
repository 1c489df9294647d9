package org.volvox.cli.files;

import java.io.IOException;
import org.volvox.base.syscall.Status;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failures;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox mkdir`: makes a directory. */
@Command(
    name = "mkdir",
    description = "Makes a directory.",
    customSynopsis = "volvox mkdir [-p] PATH",
    footer = {"", "Example:", "  volvox mkdir -p /docs/2026/november"})
public final class MkdirCommand extends AbstractCommand {
  @Option(names = "-p", description = "with those above it; one that is there is fine")
  private boolean parents;

  @Parameters(index = "0", paramLabel = "PATH", description = "the new directory")
  private String path = "";

  public MkdirCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    try (Volvox volvox = root().connect()) {
      volvox.files().mkdir(Parse.path(path), parents);
    } catch (VolvoxException e) {
      throw Failures.of(e, Status.NOT_FOUND, "With those above it: volvox mkdir -p " + path);
    }
    return ExitCode.DONE;
  }
}
