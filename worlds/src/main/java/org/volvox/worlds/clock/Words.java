package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;

/** The words of one line, taken one after the other; an error says what is wanted there. */
final class Words {
  private final int line;
  private final List<String> words = new ArrayList<>();
  private int next;

  /** Splits at spaces; what stands in double quotes is one word, with its first quote. */
  Words(int line, String text) throws ScriptException {
    this.line = line;
    int at = 0;
    while (at < text.length()) {
      char first = text.charAt(at);
      if (isSpace(first)) {
        at++;
        continue;
      }
      int end = at + 1;
      if (first == '"') {
        end = text.indexOf('"', at + 1);
        if (end < 0) {
          throw new ScriptException(line, "the text has no closing quote");
        }
        words.add(text.substring(at, end++));
      } else {
        while (end < text.length() && !isSpace(text.charAt(end)) && text.charAt(end) != '"') {
          end++;
        }
        words.add(text.substring(at, end));
      }
      at = end;
    }
  }

  private static boolean isSpace(char character) {
    return character == ' ' || character == '\t' || character == '\r';
  }

  boolean hasNext() {
    return next < words.size();
  }

  String next(String wanted) throws ScriptException {
    if (!hasNext()) {
      throw bad(wanted + " is missing");
    }
    return words.get(next++);
  }

  int number(String wanted, int from, int to) throws ScriptException {
    String word = next(wanted);
    Optional<Integer> number = number(word);
    if (number.isEmpty() || number.get() < from || number.get() > to) {
      throw bad(wanted + " must be a whole number from " + from + " to " + to + ", not " + word);
    }
    return number.get();
  }

  NodeId node() throws ScriptException {
    return node(next("a node"));
  }

  NodeId node(String word) throws ScriptException {
    Optional<Integer> number = word.startsWith("n") ? number(word.substring(1)) : Optional.empty();
    if (number.isEmpty() || number.get() < 1 || number.get() > Limits.NODE_NUMBER_MAX) {
      throw bad("a node is n1 to n" + Limits.NODE_NUMBER_MAX + ", not " + word);
    }
    return new NodeId(number.get());
  }

  int message() throws ScriptException {
    String word = next("a message");
    Optional<Integer> number = word.startsWith("m") ? number(word.substring(1)) : Optional.empty();
    if (number.isEmpty() || number.get() < 1) {
      throw bad("a message is named like m1, not " + word);
    }
    return number.get();
  }

  /** The text in quotes, or nothing if the line ends here. */
  String label() throws ScriptException {
    if (!hasNext()) {
      return "";
    }
    String word = next("a text");
    if (word.charAt(0) != '"') {
      throw bad("a text stands in double quotes, not " + word);
    }
    String label = word.substring(1);
    if (label.length() > Limits.LABEL_CHARACTERS_MAX) {
      throw bad("a text has at most " + Limits.LABEL_CHARACTERS_MAX + " characters");
    }
    return label;
  }

  void end() throws ScriptException {
    if (hasNext()) {
      throw bad("more than is understood: " + words.get(next));
    }
  }

  ScriptException bad(String reason) {
    return new ScriptException(line, reason);
  }

  private static Optional<Integer> number(String word) {
    try {
      return Optional.of(Integer.parseInt(word));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
