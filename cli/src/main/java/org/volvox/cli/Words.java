package org.volvox.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks at a command line before it is parsed: which word names the command, and the two spellings
 * that Unix has and a parser has not (`help put`, `kill -9 7`).
 */
final class Words {
  private static final Set<String> WITH_VALUE = Set.of("--dir", "--node", "--timeout", "--request");
  private static final Set<String> GLOBAL = Set.of("--json", "--stale", "--debug", "--help", "-h");
  private static final Pattern SIGNAL = Pattern.compile("-(\\d{1,2}|[A-Z][A-Z0-9]*)");

  private Words() {}

  /** The position of the command's word, or the number of words. */
  private static int commandAt(List<String> args) {
    int i = 0;
    while (i < args.size() && args.get(i).startsWith("-") && !args.get(i).equals("--")) {
      i += WITH_VALUE.contains(args.get(i)) ? 2 : 1;
    }
    return Math.min(i, args.size());
  }

  static Optional<String> command(List<String> args) {
    int at = commandAt(args);
    return at < args.size() && !args.get(at).equals("--")
        ? Optional.of(args.get(at))
        : Optional.empty();
  }

  static boolean isGlobalOption(String arg) {
    String name = arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg;
    return WITH_VALUE.contains(name) || GLOBAL.contains(name);
  }

  static List<String> normalise(String... args) {
    List<String> words = new ArrayList<>(List.of(args));
    int at = commandAt(words);
    if (at < words.size() && words.get(at).equals("help")) {
      words.remove(at);
      words.add("--help");
    }
    if (at < words.size() && words.get(at).equals("kill")) {
      words.replaceAll(
          word -> SIGNAL.matcher(word).matches() ? "--signal=" + word.substring(1) : word);
    }
    return words;
  }
}
