package org.volvox.cli.processes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Pid;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox kill`: sends a signal to processes, wherever they run. */
@Command(
    name = "kill",
    description = "Sends a signal (TERM if none is named) to processes, wherever they run.",
    customSynopsis = "volvox kill [-SIG] PID...",
    footer = {"", "Examples:", "  volvox kill 7", "  volvox kill -9 7", "  volvox kill -INT 7 8"})
public final class KillCommand extends AbstractCommand {
  @Option(names = "--signal", paramLabel = "SIG", description = "as -SIG: a name or a number")
  private String signal = "TERM";

  @Parameters(arity = "1..*", paramLabel = "PID", description = "processes, as ps shows them")
  private List<String> pids = new ArrayList<>();

  public KillCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    int number = Parse.signal(signal);
    List<Pid> targets = pids.stream().map(Parse::pid).toList();
    try (Volvox volvox = root().connect()) {
      for (Pid pid : targets) {
        volvox.processes().kill(pid, number);
      }
    }
    return ExitCode.DONE;
  }
}
