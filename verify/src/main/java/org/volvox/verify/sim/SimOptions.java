package org.volvox.verify.sim;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The words after {@code ./dev sim}. */
record SimOptions(
    String command, Map<String, Integer> numbers, Map<String, String> texts, boolean keepGoing) {
  static SimOptions parse(List<String> args) {
    Iterator<String> words = args.iterator();
    String command = words.hasNext() ? words.next() : "";
    if (command.equals("sim") && words.hasNext()) {
      command = words.next();
    }
    Map<String, Integer> numbers = new TreeMap<>();
    Map<String, String> texts = new TreeMap<>();
    if (command.equals("replay")) {
      command = words.hasNext() ? words.next() : "";
      numbers.put("--seed", number("replay WORLD", words));
    }
    boolean keepGoing = false;
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--seeds", "--from", "--seed", "--until", "--minutes", "--hours", "--depth" ->
            numbers.put(word, number(word, words));
        case "--mutant", "--faults" -> texts.put(word, words.hasNext() ? words.next() : "");
        case "--keep-going" -> keepGoing = true;
        default -> throw new IllegalArgumentException("unknown option " + word);
      }
    }
    return new SimOptions(command, numbers, texts, keepGoing);
  }

  private static int number(String option, Iterator<String> words) {
    return number(option, words.hasNext() ? words.next() : "");
  }

  private static int number(String option, String text) {
    try {
      return text.startsWith("0x")
          ? Integer.parseUnsignedInt(text.substring(2), 16)
          : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a number, not '" + text + "'", e);
    }
  }

  private Optional<Integer> asked(String option) {
    return Optional.ofNullable(numbers.get(option));
  }

  Optional<Integer> seeds() {
    return asked("--seeds");
  }

  int from() {
    return asked("--from").orElse(1);
  }

  Optional<Integer> seed() {
    return asked("--seed");
  }

  Optional<Integer> until() {
    return asked("--until");
  }

  Optional<Integer> minutes() {
    return asked("--minutes");
  }

  Optional<Integer> hours() {
    return asked("--hours");
  }

  Optional<Integer> depth() {
    return asked("--depth");
  }

  Optional<String> mutant() {
    return Optional.ofNullable(texts.get("--mutant"));
  }

  /** Which faults of the plan to keep, by their places in it. */
  Optional<List<Integer>> faults() {
    return Optional.ofNullable(texts.get("--faults"))
        .map(text -> {
          List<Integer> places = new ArrayList<>();
          for (String place : text.equals("none") ? new String[0] : text.split(",", -1)) {
            places.add(number("--faults", place));
          }
          return places;
        });
  }
}
