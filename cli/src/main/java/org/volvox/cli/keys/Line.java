package org.volvox.cli.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Streams;

/** The words and options behind `volvox keys ACTION`, and what they mean. */
final class Line {
  /** Which action each option is for. */
  private static final Map<String, List<String>> FOR =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("--consistency", List.of("space create")),
              Map.entry("--max-bytes", List.of("space create")),
              Map.entry("--history", List.of("space create")),
              Map.entry("--lease", List.of("put")),
              Map.entry("--ttl", List.of("put")),
              Map.entry("--revision", List.of("get", "range")),
              Map.entry("--all", List.of("get", "field get")),
              Map.entry("--prefix", List.of("del", "watch")),
              Map.entry("--from", List.of("range", "watch")),
              Map.entry("--to", List.of("range")),
              Map.entry("--limit", List.of("range")),
              Map.entry("--keys-only", List.of("range")),
              Map.entry("--count", List.of("range", "watch")),
              Map.entry("--absent", List.of("cas")),
              Map.entry("--file", List.of("txn", "put", "get")),
              Map.entry("--wait", List.of("lock"))));

  private final Root root;
  private final String action;
  private final List<String> words;
  private final Map<String, String> options = new TreeMap<>();
  boolean isHex;
  boolean isAll;
  boolean isPrefix;
  boolean isKeysOnly;
  boolean isAbsent;

  Line(Root root, String action, List<String> words) {
    this.root = root;
    this.action = action;
    this.words = new ArrayList<>(words);
  }

  Root root() {
    return root;
  }

  Streams streams() {
    return root.streams();
  }

  boolean isJson() {
    return root.isJson();
  }

  void option(String name, String value) {
    if (!value.isEmpty()) {
      options.put(name, value);
    }
  }

  /** The only option that may have a value or none: `range --count PREFIX` has none. */
  void count(String value) {
    boolean isWord = action.equals("range") && !value.isEmpty();
    if (isWord) {
      words.add(value);
    }
    options.put("--count", isWord ? "" : value);
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  boolean has(String name) {
    return options.containsKey(name);
  }

  /** Fails if there is an option that this action has not. */
  void requireFitting() {
    List<String> given = new ArrayList<>(options.keySet());
    given.addAll(isAll ? List.of("--all") : List.of());
    given.addAll(isPrefix ? List.of("--prefix") : List.of());
    given.addAll(isKeysOnly ? List.of("--keys-only") : List.of());
    given.addAll(isAbsent ? List.of("--absent") : List.of());
    for (String each : given) {
      if (!FOR.getOrDefault(each, List.of()).contains(action)) {
        throw Failure.usage(
            "keys " + action + " has no " + each,
            "It is for " + String.join(", ", FOR.getOrDefault(each, List.of())) + ".");
      }
    }
  }

  /** Fails unless the words are as many as these names; one in brackets may be missing. */
  void want(String... names) {
    long least = List.of(names).stream().filter(name -> !name.startsWith("[")).count();
    Optional<String> option =
        words.stream().filter(word -> word.startsWith("--") && word.length() > 2).findFirst();
    if (words.size() > names.length && option.isPresent()) {
      throw Failure.usage(
          "keys " + action + ": no option " + option.get(), "More: volvox keys --help");
    }
    if (words.size() < least || words.size() > names.length) {
      throw Failure.usage(
          "keys "
              + action
              + " wants "
              + (names.length == 0 ? "no words" : String.join(" ", names))
              + (words.isEmpty() ? "" : ", not " + String.join(" ", words)),
          "More: volvox keys --help");
    }
  }

  int size() {
    return words.size();
  }

  String word(int index) {
    return words.get(index);
  }

  List<String> from(int index) {
    return List.copyOf(words.subList(index, words.size()));
  }

  /** A word as a key, a value or an element. */
  Bytes bytes(int index) {
    return bytes(words.get(index));
  }

  Bytes bytes(String word) {
    if (!isHex) {
      return Bytes.utf8(word);
    }
    try {
      return Bytes.wrap(HexFormat.of().parseHex(word.startsWith("0x") ? word.substring(2) : word));
    } catch (IllegalArgumentException e) {
      throw Failure.usage("not hex: " + word, "Such as 0x00ff; without --hex it is text.");
    }
  }

  /** The value of put: a word, a file, or for - the standard input. */
  Bytes value(int index) throws IOException {
    Optional<String> file = option("--file");
    if (file.isPresent()) {
      return Bytes.wrap(bounded(Files.newInputStream(Path.of(file.get()))));
    }
    return words.get(index).equals("-") ? Bytes.wrap(bounded(streams().in())) : bytes(index);
  }

  private static byte[] bounded(java.io.InputStream in) throws IOException {
    try (in) {
      byte[] read = in.readNBytes(KeyLimits.VALUE_BYTES_MAX + 1);
      if (read.length > KeyLimits.VALUE_BYTES_MAX) {
        throw Failure.usage(
            "a value of more than " + KeyLimits.VALUE_BYTES_MAX + " bytes",
            "Larger things are files: volvox put LOCAL PATH");
      }
      return read;
    }
  }

  long number(int index, String what) {
    return number(words.get(index), what);
  }

  Optional<Long> number(String option) {
    return option(option).map(text -> number(text, option));
  }

  static long number(String text, String what) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Failure.usage(what + " is a number, not " + text, "More: volvox keys --help");
    }
  }

  /** A number that is not below 1. */
  Optional<Long> positive(String option) {
    Optional<Long> number = number(option);
    if (number.filter(each -> each < 1).isPresent()) {
      throw Failure.usage(option + " is 1 or more, not " + number.get(), "");
    }
    return number;
  }

  Duration span(int index) {
    return Parse.span(words.get(index));
  }
}
