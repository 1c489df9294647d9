package org.volvox.cli.services;

import java.util.ArrayList;
import java.util.List;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.Failure;
import org.volvox.cli.Root;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * `volvox example`, which the launcher does itself where it is the first word: this is its help.
 */
@Command(
    name = "example",
    description = "Serves one of the programs of examples/, or calls it.",
    customSynopsis = "volvox example calculator|arith [call] [--dir DIR]",
    footer = {
      "",
      "calculator is a plain interface under the name CalcService, arith is in the form of Java RMI",
      "under the name Arith. Each is compiled, when need be, against the client library alone, and",
      "serves until Ctrl-C; with call the client program runs instead and prints 15 or 56.",
      "",
      "Examples:",
      "  volvox example calculator &",
      "  volvox example calculator call",
      "  volvox call CalcService add 5 10"
    })
public final class ExampleCommand extends AbstractCommand {
  @Parameters(arity = "0..*", paramLabel = "WORD", description = "which, and call")
  private List<String> words = new ArrayList<>();

  public ExampleCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() {
    throw Failure.usage(
        "example must be the first word" + (words.isEmpty() ? ", and then which one" : ""),
        "volvox example calculator|arith [call] [--dir DIR]; it wants the source tree.");
  }
}
