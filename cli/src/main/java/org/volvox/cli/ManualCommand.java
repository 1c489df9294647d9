package org.volvox.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.cli.manual.Entry;
import org.volvox.cli.manual.ManualPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox man`: manual pages. */
@Command(
    name = "man",
    description = "Prints a manual page, or writes all of them for man(1).",
    customSynopsis = {"volvox man [COMMAND]", "volvox man --to FOLDER"},
    footer = {
      "",
      "Pages are in the macros of man(7), as man(1) and groff(1) read them.",
      "",
      "Examples:",
      "  volvox man put | man -l -",
      "  volvox man --to ~/.local/share/man/man1      then: man volvox-put"
    })
final class ManualCommand extends AbstractCommand {
  @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "whose page")
  private String command = "";

  @Option(names = "--to", paramLabel = "FOLDER", description = "write all pages there")
  private String folder = "";

  ManualCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException {
    List<Entry> entries = Commands.entries(root());
    if (!folder.isEmpty()) {
      if (!command.isEmpty()) {
        throw Failure.usage("man: --to writes all pages", "Leave " + command + " out.");
      }
      write(Path.of(folder), entries);
    } else if (command.isEmpty()) {
      streams().out().print(ManualPage.ofAll(entries, Main.VERSION));
    } else {
      Entry entry =
          entries.stream()
              .filter(each -> each.name().equals(command))
              .findFirst()
              .orElseThrow(() ->
                  Failure.usage(
                      "no command \"" + command + "\"" + Main.didYouMean(command),
                      "All commands: volvox --help"));
      streams().out().print(ManualPage.of(entry, Main.VERSION));
    }
    return ExitCode.DONE;
  }

  private void write(Path to, List<Entry> entries) throws IOException {
    Files.createDirectories(to);
    Files.writeString(to.resolve("volvox.1"), ManualPage.ofAll(entries, Main.VERSION));
    for (Entry entry : entries) {
      Files.writeString(
          to.resolve("volvox-" + entry.name() + ".1"), ManualPage.of(entry, Main.VERSION));
    }
    streams().say(to + ": " + Human.count(entries.size() + 1, "page"));
  }
}
