package org.volvox.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.DefaultParser;
import org.volvox.cli.shell.ClusterThings;
import org.volvox.cli.shell.Completions;
import org.volvox.cli.shell.LineSource;
import org.volvox.client.ClusterAddress;
import picocli.CommandLine.Command;

/** `volvox shell`: commands one after the other. */
@Command(
    name = "shell",
    description = "Takes commands one after the other, with history and completion.",
    customSynopsis = "volvox shell [--dir DIR] [--node N] [--timeout TIME]",
    footer = {
      "",
      "Commands are written without the word volvox; --dir, --node and --timeout of the shell hold for",
      "all of them. Tab completes commands, actions, options, paths of the tree, names of nodes and",
      "services, and pids. Ctrl-C ends a command, Ctrl-D or exit the shell. The history is kept in",
      "~/.local/state/volvox/history. Where no person types, lines are read and run as they come; the",
      "exit code is that of the last one.",
      "",
      "Examples:",
      "  volvox shell",
      "  printf 'mkdir /a\\nls /\\n' | volvox shell"
    })
final class ShellCommand extends AbstractCommand {
  private static final List<String> ENDS = List.of("exit", "quit");

  ShellCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    int code = ExitCode.DONE;
    try (ClusterThings things = new ClusterThings(root()::address);
        LineSource lines = lines(things)) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        Optional<List<String>> words = words(line.get());
        if (words.isPresent() && !words.get().isEmpty()) {
          if (ENDS.contains(words.get().getFirst())) {
            return code;
          }
          code = run(words.get(), lines);
        } else if (words.isEmpty()) {
          code = ExitCode.WRONG_COMMAND_LINE;
        }
      }
    }
    return code;
  }

  private LineSource lines(ClusterThings things) throws IOException {
    if (!Streams.isTerminal(0) || !Streams.isTerminal(1) || !streams().isOfProcess()) {
      return LineSource.of(streams().in());
    }
    Map<String, String> environment = new TreeMap<>(streams().environment());
    environment.remove("VOLVOX_DIR"); // One history, whichever cluster it is.
    Path history = ClusterAddress.usualFolder(environment).resolveSibling("history");
    return LineSource.ofTerminal(history, new Completions(Commands.entries(root()), things));
  }

  /** Empty words for nothing or a comment; empty if the line is not whole. */
  private Optional<List<String>> words(String line) {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#")) {
      return Optional.of(List.of());
    }
    DefaultParser parser = new DefaultParser();
    parser.setEofOnUnclosedQuote(true);
    try {
      List<String> words =
          new ArrayList<>(parser.parse(text, text.length(), ParseContext.ACCEPT_LINE).words());
      words.removeIf(String::isEmpty);
      if (!words.isEmpty() && words.getFirst().equals("volvox")) {
        words.removeFirst();
      }
      return Optional.of(words);
    } catch (SyntaxError e) {
      streams().say("volvox: this line is not whole: " + e.getMessage());
      return Optional.empty();
    }
  }

  private int run(List<String> words, LineSource lines) throws InterruptedException {
    if (words.getFirst().equals("shell")) {
      streams().say("volvox: this is the shell");
      return ExitCode.WRONG_COMMAND_LINE;
    }
    List<String> all = new ArrayList<>();
    for (Root.Setting setting :
        List.of(root().dirSetting(), root().nodeSetting(), root().timeoutSetting())) {
      if (setting.source().startsWith("--")) {
        all.addAll(List.of(setting.source(), setting.value()));
      }
    }
    all.addAll(words);
    int[] code = {ExitCode.FAILED};
    Thread running =
        Thread.ofPlatform()
            .name("command")
            .start(() -> code[0] = new Main(streams()).run(all.toArray(String[]::new)));
    lines.onInterrupt(running::interrupt);
    running.join();
    return ShutdownHooks.runBeforeHalt(code[0]);
  }
}
