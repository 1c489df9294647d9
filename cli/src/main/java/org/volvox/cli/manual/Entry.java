package org.volvox.cli.manual;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One command, as its help says it.
 *
 * @param actions what it does, by the words behind its name; the empty one if it needs none
 * @param footer what its help ends with: more about it, then examples
 */
public record Entry(
    String name,
    String description,
    List<String> synopsis,
    List<Choice> options,
    List<String> actions,
    List<String> footer) {
  /** What goes with every command. */
  public static final List<Choice> EVERYWHERE =
      List.of(
          new Choice(List.of("--dir"), "DIR", "the cluster's folder (or VOLVOX_DIR)"),
          new Choice(List.of("--node"), "N", "enter through this node (or VOLVOX_NODE)"),
          new Choice(List.of("--timeout"), "TIME", "give up after this (or VOLVOX_TIMEOUT)"),
          new Choice(
              List.of("--request"), "ID", "repeat a request whose outcome was not known, once"),
          new Choice(List.of("--json"), "", "for scripts"),
          new Choice(
              List.of("--stale"), "", "read what the entry node knows, even without a quorum"),
          new Choice(List.of("--debug"), "", "with stack traces"),
          new Choice(List.of("-h", "--help"), "", "what a command does, with examples"));

  /**
   * An option.
   *
   * @param value what it takes, as its help calls that; empty if nothing
   */
  public record Choice(List<String> names, String value, String description) {
    public Choice {
      names = List.copyOf(names);
    }

    public boolean takesValue() {
      return !value.isEmpty();
    }
  }

  public Entry {
    synopsis = List.copyOf(synopsis);
    options = List.copyOf(options);
    actions = List.copyOf(actions);
    footer = List.copyOf(footer);
  }

  /** What a parser knows of a command. */
  public static Entry of(CommandSpec command, List<String> actions) {
    return new Entry(
        command.name(),
        text(command.usageMessage().description()),
        lines(command.usageMessage().customSynopsis()).toList(),
        command.options().stream().filter(option -> !option.hidden()).map(Entry::choice).toList(),
        actions,
        lines(command.usageMessage().footer()).toList());
  }

  private static Choice choice(OptionSpec option) {
    boolean takesValue = option.arity().max() > 0;
    return new Choice(
        Arrays.asList(option.names()),
        takesValue ? option.paramLabel() : "",
        text(option.description()));
  }

  private static String text(String... lines) {
    return String.join(" ", lines(lines).toList());
  }

  /** Some of the parser's texts are formats, in which a percent sign stands twice. */
  private static Stream<String> lines(String... texts) {
    return Arrays.stream(texts).map(text -> text.replace("%%", "%"));
  }

  /** The first words of its actions. */
  public List<String> firstWords() {
    return actions.stream()
        .map(action -> action.split(" ", 2)[0])
        .filter(word -> !word.isEmpty())
        .distinct()
        .toList();
  }
}
