package org.volvox.verify.sim;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The words after {@code ./dev sim}. */
record SimOptions(
    String command,
    Optional<Integer> seeds,
    int from,
    Optional<Integer> seed,
    Optional<Integer> until,
    boolean keepGoing) {
  static SimOptions parse(List<String> args) {
    Iterator<String> words = args.iterator();
    String command = words.hasNext() ? words.next() : "";
    if (command.equals("sim") && words.hasNext()) {
      command = words.next();
    }
    Optional<Integer> seeds = Optional.empty();
    Optional<Integer> seed = Optional.empty();
    Optional<Integer> until = Optional.empty();
    int from = 1;
    if (command.equals("replay")) {
      command = words.hasNext() ? words.next() : "";
      seed = Optional.of(number("replay WORLD", words));
    }
    boolean keepGoing = false;
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--seeds" -> seeds = Optional.of(number(word, words));
        case "--from" -> from = number(word, words);
        case "--seed" -> seed = Optional.of(number(word, words));
        case "--until" -> until = Optional.of(number(word, words));
        case "--keep-going" -> keepGoing = true;
        default -> throw new IllegalArgumentException("unknown option " + word);
      }
    }
    return new SimOptions(command, seeds, from, seed, until, keepGoing);
  }

  private static int number(String option, Iterator<String> words) {
    String text = words.hasNext() ? words.next() : "";
    try {
      return text.startsWith("0x")
          ? Integer.parseUnsignedInt(text.substring(2), 16)
          : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a number, not '" + text + "'", e);
    }
  }
}
