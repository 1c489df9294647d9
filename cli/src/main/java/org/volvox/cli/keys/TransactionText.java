package org.volvox.cli.keys;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.cli.Failure;
import org.volvox.cli.Suggest;

/**
 * A transaction as people write it, a line a comparison or act; {@code #} begins a comment. A word
 * with spaces is in double quotes, in which {@code \" \\ \n \t} and {@code \xHH} are one byte.
 */
final class TransactionText {
  private static final int LINES_MAX = 3 * KeyLimits.PER_BRANCH_MAX;
  private static final List<String> ACTS = List.of("put", "del", "get");
  private static final String MORE = "More: volvox keys --help";

  private static final Map<String, KeyCompare.Field> FIELDS =
      new TreeMap<>(
          Map.of(
              "value", KeyCompare.Field.VALUE,
              "created", KeyCompare.Field.CREATED,
              "changed", KeyCompare.Field.CHANGED,
              "version", KeyCompare.Field.VERSION,
              "lease", KeyCompare.Field.LEASE));

  private static final Map<String, KeyCompare.Order> ORDERS =
      new TreeMap<>(
          Map.of(
              "=", KeyCompare.Order.EQUAL,
              "!=", KeyCompare.Order.NOT_EQUAL,
              "<", KeyCompare.Order.LESS,
              ">", KeyCompare.Order.GREATER));

  private final List<KeyCompare> compares = new ArrayList<>();
  private final List<KeyAct> thenDo = new ArrayList<>();
  private final List<KeyAct> elseDo = new ArrayList<>();
  private int number;

  /** What was written. */
  record Parsed(List<KeyCompare> compares, List<KeyAct> thenDo, List<KeyAct> elseDo) {
    Parsed {
      compares = List.copyOf(compares);
      thenDo = List.copyOf(thenDo);
      elseDo = List.copyOf(elseDo);
    }
  }

  private TransactionText() {}

  /** Reads all lines; what is wrong is a Failure that names the line. */
  static Parsed parse(List<String> lines) {
    TransactionText text = new TransactionText();
    for (String line : lines) {
      text.number++;
      List<Bytes> words = text.split(line);
      if (!words.isEmpty()) {
        text.take(words);
      }
    }
    if (text.thenDo.isEmpty() && text.elseDo.isEmpty()) {
      throw Failure.usage("the transaction does nothing", "Such as: then put KEY VALUE");
    }
    return new Parsed(text.compares, text.thenDo, text.elseDo);
  }

  private Failure wrong(String what, String hint) {
    return Failure.usage("line " + number + ": " + what, hint);
  }

  private void take(List<Bytes> words) {
    if (compares.size() + thenDo.size() + elseDo.size() == LINES_MAX) {
      throw wrong("a transaction has at most " + LINES_MAX + " lines", MORE);
    }
    String first = words.getFirst().utf8();
    switch (first) {
      case "if" -> compares.add(compare(words));
      case "then" -> thenDo.add(act(words));
      case "else" -> elseDo.add(act(words));
      default ->
          throw wrong(
              "\""
                  + first
                  + "\" is none of if, then and else"
                  + near(first, List.of("if", "then", "else")),
              "Such as: if value KEY = VALUE");
    }
  }

  private static String near(String word, Iterable<String> known) {
    List<String> all = new ArrayList<>();
    known.forEach(all::add);
    return Suggest.nearest(word, all).map(each -> "; did you mean " + each + "?").orElse("");
  }

  private KeyCompare compare(List<Bytes> words) {
    if (words.size() == 3 && words.get(1).utf8().equals("absent")) {
      return KeyCompare.absent(words.get(2));
    }
    if (words.size() != 5) {
      throw wrong(
          "if wants a field, a key, an order and what it is compared with, or absent and a key",
          "Such as: if value KEY = VALUE, or: if version KEY > 3");
    }
    String fieldWord = words.get(1).utf8();
    KeyCompare.Field field = FIELDS.get(fieldWord);
    if (field == null) {
      throw wrong(
          "a key has no " + fieldWord + near(fieldWord, FIELDS.keySet()),
          "It has " + String.join(", ", FIELDS.keySet()) + ".");
    }
    KeyCompare.Order order = ORDERS.get(words.get(3).utf8());
    if (order == null) {
      throw wrong(
          "\"" + words.get(3).utf8() + "\" compares nothing",
          "It is one of " + String.join(" ", ORDERS.keySet()));
    }
    Bytes key = words.get(2);
    return field == KeyCompare.Field.VALUE
        ? new KeyCompare(key, field, order, 0, words.get(4))
        : new KeyCompare(key, field, order, number(words.get(4), fieldWord), Bytes.EMPTY);
  }

  private long number(Bytes word, String what) {
    try {
      return Long.parseLong(word.utf8());
    } catch (NumberFormatException e) {
      throw wrong(what + " is a number, not " + word.utf8(), MORE);
    }
  }

  private KeyAct act(List<Bytes> words) {
    String branch = words.getFirst().utf8();
    String act = words.size() < 2 ? "" : words.get(1).utf8();
    if (!ACTS.contains(act)) {
      throw wrong(
          branch + " wants put, del or get, not \"" + act + "\"" + near(act, ACTS),
          "Such as: " + branch + " put KEY VALUE");
    }
    if (act.equals("put")) {
      return put(words);
    }
    boolean isPrefix = words.size() == 4 && words.get(2).utf8().equals("--prefix");
    if (words.size() != 3 && !isPrefix) {
      throw wrong(act + " wants a key, or --prefix and how keys begin", MORE);
    }
    Bytes key = words.getLast();
    KeyRange range = isPrefix ? KeyRange.prefix(key) : KeyRange.one(key);
    return act.equals("del") ? new KeyAct.Delete(range, false) : new KeyAct.Get(range, 0);
  }

  private KeyAct put(List<Bytes> words) {
    boolean hasLease = words.size() == 6 && words.get(4).utf8().equals("lease");
    if (words.size() != 4 && !hasLease) {
      throw wrong("put wants a key and a value, and perhaps lease and its id", MORE);
    }
    long lease = hasLease ? number(words.get(5), "lease") : 0;
    return new KeyAct.Put(words.get(2), words.get(3), lease, false);
  }

  /** The words of a line. */
  private List<Bytes> split(String line) {
    List<Bytes> words = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '#') {
        return words;
      } else if (c == '"') {
        at = quoted(line, at + 1, words);
      } else {
        int end = at;
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
          end++;
        }
        words.add(Bytes.utf8(line.substring(at, end)));
        at = end;
      }
    }
    return words;
  }

  /** Takes a word up to its closing quote; gives what is behind it. */
  private int quoted(String line, int begin, List<Bytes> words) {
    Bytes word = Bytes.EMPTY;
    int at = begin;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == '"') {
        words.add(word);
        if (at + 1 < line.length() && !Character.isWhitespace(line.charAt(at + 1))) {
          throw wrong("something follows a closing quote", "Put a space between two words.");
        }
        return at + 1;
      }
      if (c == '\\') {
        int end = at + (line.startsWith("\\x", at) ? 4 : 2);
        word = word.concat(escaped(line, at, end));
        at = end;
      } else {
        int end = line.offsetByCodePoints(at, 1);
        word = word.concat(Bytes.utf8(line.substring(at, end)));
        at = end;
      }
    }
    throw wrong("a quote is not closed", "A quote in a word is \\\".");
  }

  private Bytes escaped(String line, int at, int end) {
    String escape = line.substring(at, Math.min(end, line.length()));
    return switch (escape) {
      case "\\\"" -> Bytes.utf8("\"");
      case "\\\\" -> Bytes.utf8("\\");
      case "\\n" -> Bytes.utf8("\n");
      case "\\t" -> Bytes.utf8("\t");
      default -> {
        if (!escape.matches("\\\\x[0-9a-fA-F]{2}")) {
          throw wrong("no such escape: " + escape, "There are \\\" \\\\ \\n \\t and \\xHH.");
        }
        yield Bytes.wrap(HexFormat.of().parseHex(escape.substring(2)));
      }
    };
  }
}
