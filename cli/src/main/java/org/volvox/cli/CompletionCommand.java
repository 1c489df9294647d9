package org.volvox.cli;

import java.util.List;
import org.volvox.cli.manual.Completion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox completion`: what a shell reads to complete the command's words. */
@Command(
    name = "completion",
    description = "Prints what a shell needs to complete commands, actions and options.",
    customSynopsis = {"volvox completion bash|zsh"},
    footer = {
      "",
      "Examples:",
      "  source <(volvox completion bash)      in ~/.bashrc",
      "  source <(volvox completion zsh)       in ~/.zshrc, behind compinit"
    })
final class CompletionCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh")
  private String shell = "";

  CompletionCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return Completion.SHELLS;
  }

  @Override
  protected int run() {
    Suggest.require("completion", shell, actions());
    streams().out().print(Completion.of(shell, Commands.entries(root())));
    return ExitCode.DONE;
  }
}
