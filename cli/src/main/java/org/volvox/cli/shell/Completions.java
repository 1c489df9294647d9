package org.volvox.cli.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.cli.manual.Entry;
import org.volvox.cli.manual.Entry.Choice;

/** What a word of a command line may be, from the commands' own help and what the cluster has. */
public final class Completions {
  /** Commands whose words are names in the tree. */
  private static final List<String> OF_TREE =
      List.of("put", "get", "cat", "ls", "mkdir", "mv", "rm", "stat", "run");

  /** Actions without any word that names a node. */
  private static final List<String> WITHOUT_NODE = List.of("add", "heal");

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Things things;

  public Completions(List<Entry> entries, Things things) {
    entries.forEach(entry -> this.entries.put(entry.name(), entry));
    this.things = things;
  }

  /**
   * What the word may be that the line ends with, as far as it is written.
   *
   * @param before the words before it
   */
  public List<String> of(List<String> before, String word) {
    Optional<Entry> command = command(before);
    if (command.isEmpty()) {
      return word.startsWith("-") || !before.isEmpty() ? List.of() : begins(entries.keySet(), word);
    }
    List<Choice> options = new ArrayList<>(command.get().options());
    options.addAll(Entry.EVERYWHERE);
    String last = before.getLast();
    if (before.size() > 1 && options.stream().anyMatch(each -> takesValue(each, last))) {
      return last.equals("--node") ? begins(things.nodes(), word) : List.of();
    }
    if (word.startsWith("-")) {
      return begins(options.stream().flatMap(each -> each.names().stream()).toList(), word);
    }
    return words(command.get(), plain(before, options), word);
  }

  private Optional<Entry> command(List<String> before) {
    return before.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(entries.get(before.getFirst()));
  }

  private static boolean takesValue(Choice option, String name) {
    return option.takesValue() && option.names().contains(name);
  }

  /** The words behind the command that are neither options nor values of options. */
  private static List<String> plain(List<String> before, List<Choice> options) {
    List<String> plain = new ArrayList<>();
    for (int i = 1; i < before.size(); i++) {
      String word = before.get(i);
      if (!word.startsWith("-")) {
        plain.add(word);
      } else if (options.stream().anyMatch(each -> takesValue(each, word))) {
        i++;
      }
    }
    return plain;
  }

  private List<String> words(Entry command, List<String> plain, String word) {
    List<String> fitting = new ArrayList<>(begins(actions(command, plain), word));
    boolean isAction = !command.firstWords().isEmpty() && !command.actions().contains("");
    if (fitting.isEmpty() && !(isAction && plain.isEmpty())) {
      fitting.addAll(things(command, plain, word));
    }
    return fitting;
  }

  private List<String> things(Entry command, List<String> plain, String word) {
    return switch (command.name()) {
      case "kill" -> plain.isEmpty() ? begins(things.pids(), word) : List.of();
      case "node", "net", "log", "fs" ->
          plain.size() == 1 && !WITHOUT_NODE.contains(plain.getFirst())
              ? begins(things.nodes(), word)
              : List.of();
      case "call" -> plain.isEmpty() ? begins(things.services(), word) : List.of();
      case "services" -> begins(things.services(), word);
      default -> OF_TREE.contains(command.name()) && word.startsWith("/") ? paths(word) : List.of();
    };
  }

  /** What may come next of actions of one or two words. */
  private static List<String> actions(Entry command, List<String> plain) {
    if (plain.isEmpty()) {
      return command.firstWords();
    }
    String first = plain.getFirst() + " ";
    return plain.size() > 1
        ? List.of()
        : command.actions().stream()
            .filter(action -> action.startsWith(first))
            .map(action -> action.substring(first.length()))
            .toList();
  }

  private List<String> paths(String word) {
    int slash = word.lastIndexOf('/');
    String folder = word.substring(0, slash + 1);
    String directory = slash == 0 ? "/" : word.substring(0, slash);
    return begins(things.names(directory).stream().map(name -> folder + name).toList(), word);
  }

  private static List<String> begins(Iterable<String> all, String word) {
    List<String> fitting = new ArrayList<>();
    for (String each : all) {
      if (each.startsWith(word)) {
        fitting.add(each);
      }
    }
    return fitting;
  }
}
