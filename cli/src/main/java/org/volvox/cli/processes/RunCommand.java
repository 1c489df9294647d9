package org.volvox.cli.processes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Interrupts;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Processes;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox run`: runs a program somewhere and stands in for it here, as ssh and srun do. */
@Command(
    name = "run",
    description = "Runs a program on whichever node is best; its streams and exit code are yours.",
    customSynopsis = "volvox run [--stdin PATH] [--on NODE] [--] CMD ARGS...",
    footer = {
      "",
      "It starts in an empty folder with PATH, HOME, LANG and VOLVOX_* only. The exit code is the",
      "program's (128 + signal), or 255 if Volvox failed. Ctrl-C goes to the program, as do",
      "a hang-up and TERM; if this command is killed, the program gets HUP after 30 s.",
      "",
      "Examples:",
      "  volvox run -- hostname",
      "  volvox run --stdin /demo/src.zip -- sha256sum     a file of the cluster as its input",
      "  echo hello | volvox run -- tr a-z A-Z"
    })
public final class RunCommand extends AbstractCommand {
  private static final int SIGNALLED = 128;
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  @Option(
      names = "--stdin",
      paramLabel = "PATH",
      description = "a file of the cluster as its input")
  private String stdin = "";

  @Option(names = "--on", paramLabel = "NODE", description = "run on this node and no other")
  private String on = "";

  @Parameters(arity = "1..*", paramLabel = "CMD", description = "the program and its arguments")
  private List<String> words = new ArrayList<>();

  public RunCommand(Root root) {
    super(root);
  }

  @Override
  public boolean isEndOfOptionsAtFirstWord() {
    return true;
  }

  @Override
  public int execute() {
    try {
      return super.execute();
    } catch (Failure failure) {
      throw new Failure(
          ExitCode.RUN_FAILED, String.valueOf(failure.getMessage()), failure.hint(), failure);
    }
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Optional<NodeId> node = on.isEmpty() ? Optional.empty() : Optional.of(Parse.node(on));
    Optional<String> input = stdin.isEmpty() ? Optional.empty() : Optional.of(Parse.path(stdin));
    try (Volvox volvox = root().connect()) {
      RunningProcess process = volvox.processes().spawn(new Processes.Program(words, input, node));
      forward("INT", SIGINT, process);
      forward("HUP", SIGHUP, process);
      forward("TERM", SIGTERM, process);
      RunningProcess.End end =
          process.attach(
              input.isPresent() ? Optional.empty() : Optional.of(streams().in()),
              streams().out(),
              streams().err());
      return exitCode(process, end);
    }
  }

  private void forward(String name, int number, RunningProcess process) {
    Interrupts.on(
        name,
        () ->
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    process.signal(number);
                  } catch (VolvoxException e) {
                    streams().say("volvox: " + e.getMessage());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  private int exitCode(RunningProcess process, RunningProcess.End end) {
    return switch (end) {
      case RunningProcess.End.Exited(var code) -> code;
      case RunningProcess.End.Killed(var signal) -> SIGNALLED + signal;
      case RunningProcess.End.Lost(var reason) ->
          throw new Failure(
              ExitCode.RUN_FAILED,
              words.getFirst()
                  + " (pid "
                  + process.pid()
                  + process.node().map(node -> " on " + node).orElse("")
                  + ") was lost: "
                  + reason,
              "What it had done is not known; run it again if that is safe.");
    };
  }
}
