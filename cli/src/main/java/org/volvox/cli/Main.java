package org.volvox.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The `volvox` command: finds the command's word, loads that one command, runs it, and turns what
 * went wrong into at most three lines and an exit code. Called by the launcher and by tests.
 */
public final class Main {
  static final String VERSION = "0.1";

  private final Streams streams;

  Main(Streams streams) {
    this.streams = streams;
  }

  public static void main(String[] args) {
    Streams streams = Streams.ofProcess();
    int code = new Main(streams).run(args);
    streams.out().flush();
    streams.err().flush();
    // Connections leave threads behind that a finished command need not wait for.
    Runtime.getRuntime().halt(ShutdownHooks.runBeforeHalt(code));
  }

  /** All that one can ask for, from the table of commands: {@code up}, {@code net heal}. */
  public static List<String> commands() {
    return Commands.withActions(new Root(Streams.ofProcess()));
  }

  /** Runs one command line and returns its exit code; never exits the process. */
  public int run(String... args) {
    Root root = new Root(streams);
    try {
      return dispatch(root, Words.normalise(args));
    } catch (Failure failure) {
      return report(root, failure);
    } catch (RuntimeException bug) {
      return report(
          root,
          new Failure(
              ExitCode.FAILED,
              "stopped by a fault of its own: " + bug,
              "Please report it with the output of the same command and --debug.",
              bug));
    } finally {
      streams.out().flush();
    }
  }

  private int dispatch(Root root, List<String> args) {
    Optional<String> word = Words.command(args);
    if (word.isEmpty()) {
      return withoutCommand(args);
    }
    if (!Commands.NAMES.contains(word.get())) {
      throw Failure.usage(
          "no command \"" + word.get() + "\"" + didYouMean(word.get()),
          "All commands: volvox --help");
    }
    CommandLine line = Commands.load(root, word.get());
    try {
      ParseResult parsed = line.parseArgs(args.toArray(String[]::new));
      CommandLine chosen = deepest(parsed);
      if (chosen.isUsageHelpRequested() || line.isUsageHelpRequested()) {
        chosen.usage(streams.out(), CommandLine.Help.Ansi.OFF);
        return ExitCode.DONE;
      }
      int code = ((AbstractCommand) chosen.getCommandSpec().userObject()).execute();
      root.sayStaleness();
      return code;
    } catch (ParameterException e) {
      throw wrongParameters(e, word.get());
    }
  }

  private int withoutCommand(List<String> args) {
    if (args.contains("--version")) {
      streams.out().println("volvox " + VERSION);
      return ExitCode.DONE;
    }
    if (args.contains("--help") || args.contains("-h")) {
      Commands.printOverview(streams.out());
      return ExitCode.DONE;
    }
    List<String> unknown = new ArrayList<>(args);
    unknown.removeIf(arg -> !arg.startsWith("-") || Words.isGlobalOption(arg));
    if (!unknown.isEmpty()) {
      throw Failure.usage(
          "no option \"" + unknown.getFirst() + "\"", "All commands and options: volvox --help");
    }
    Commands.printOverview(streams.err());
    return ExitCode.WRONG_COMMAND_LINE;
  }

  private static CommandLine deepest(ParseResult parsed) {
    ParseResult at = parsed;
    while (at.hasSubcommand()) {
      at = at.subcommand();
    }
    return at.commandSpec().commandLine();
  }

  private static Failure wrongParameters(ParameterException e, String word) {
    String text = Optional.ofNullable(e.getMessage()).orElse("cannot read the command line");
    String[] synopsis = e.getCommandLine().getCommandSpec().usageMessage().customSynopsis();
    String usage = synopsis.length == 0 ? "volvox " + word : synopsis[0];
    int code = word.equals("run") ? ExitCode.RUN_FAILED : ExitCode.WRONG_COMMAND_LINE;
    return new Failure(
        code,
        word + ": " + text.lines().findFirst().orElse(text),
        "Usage: " + usage + "\nMore:  volvox " + word + " --help");
  }

  static String didYouMean(String word) {
    return Suggest.nearest(word, Commands.NAMES)
        .map(near -> "; did you mean \"" + near + "\"?")
        .orElse("");
  }

  private int report(Root root, Failure failure) {
    streams.out().flush();
    String message = failure.getMessage();
    streams.say("volvox: " + message);
    if (!failure.hint().isEmpty()) {
      failure.hint().lines().limit(2).forEach(streams::say);
    }
    if (root.isDebug()) {
      failure.printStackTrace(streams.err());
    }
    return failure.exitCode();
  }
}
