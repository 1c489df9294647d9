package org.volvox.base.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.volvox.base.MalformedException;

/**
 * Reads one JSON text (RFC 8259). Depth and length are bounded, so that no text from outside
 * exhausts the stack; an error names the character, counted from 1, at which it stands.
 */
public final class JsonReader {
  /** Nesting beyond this is refused: each level is a frame of the stack. */
  public static final int DEPTH_MAX = 64;

  /** A text longer than this is refused: nothing that Volvox exchanges as one value comes near. */
  public static final int CHARACTERS_MAX = 16 << 20;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /** The one value that the text holds. */
  public static Json read(String text) throws MalformedException {
    if (text.length() > CHARACTERS_MAX) {
      throw new MalformedException(
          "JSON of " + text.length() + " characters; at most " + CHARACTERS_MAX + " are read");
    }
    JsonReader reader = new JsonReader(text);
    Json value = reader.value(0);
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.bad("more text behind the value");
    }
    return value;
  }

  /** The object that the text holds. */
  public static Json.Fields readFields(String text) throws MalformedException {
    return read(text).asFields();
  }

  private Json value(int depth) throws MalformedException {
    if (depth > DEPTH_MAX) {
      throw bad("nested deeper than " + DEPTH_MAX);
    }
    skipSpace();
    char first = peek();
    return switch (first) {
      case '{' -> fields(depth);
      case '[' -> array(depth);
      case '"' -> new Json.Text(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", new Json.Null());
      default -> number();
    };
  }

  private Json fields(int depth) throws MalformedException {
    Map<String, Json> fields = new LinkedHashMap<>();
    at++;
    skipSpace();
    if (took('}')) {
      return new Json.Fields(fields);
    }
    do {
      skipSpace();
      if (peek() != '"') {
        throw bad("a field's name is wanted");
      }
      String name = string();
      skipSpace();
      want(':');
      fields.put(name, value(depth + 1));
      skipSpace();
    } while (took(','));
    want('}');
    return new Json.Fields(fields);
  }

  private Json array(int depth) throws MalformedException {
    List<Json> items = new ArrayList<>();
    at++;
    skipSpace();
    if (took(']')) {
      return new Json.Array(items);
    }
    do {
      items.add(value(depth + 1));
      skipSpace();
    } while (took(','));
    want(']');
    return new Json.Array(items);
  }

  private Json word(String word, Json value) throws MalformedException {
    if (!text.startsWith(word, at)) {
      throw bad("no JSON value");
    }
    at += word.length();
    return value;
  }

  private Json number() throws MalformedException {
    int from = at;
    took('-');
    // A number has no leading zero.
    if (!took('0')) {
      digits();
    }
    if (took('.')) {
      digits();
    }
    if (took('e') || took('E')) {
      if (!took('-')) {
        took('+');
      }
      digits();
    }
    return new Json.Numeral(text.substring(from, at));
  }

  private void digits() throws MalformedException {
    int from = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw bad(at < text.length() ? "no JSON value" : "the text ends in the middle");
    }
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private String string() throws MalformedException {
    at++;
    int plain = at;
    // Most strings have no escape: they are one cut of the text.
    while (peek() != '"' && peek() != '\\') {
      requirePrintable();
      at++;
    }
    String head = text.substring(plain, at);
    if (took('"')) {
      return head;
    }
    StringBuilder out = new StringBuilder(head);
    while (!took('"')) {
      requirePrintable();
      char next = text.charAt(at++);
      out.append(next == '\\' ? escaped() : next);
      peek();
    }
    return out.toString();
  }

  private void requirePrintable() throws MalformedException {
    if (text.charAt(at) < ' ') {
      throw bad("a control character in a string; write it as \\u");
    }
  }

  private char escaped() throws MalformedException {
    char kind = peek();
    at++;
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unit();
      default -> {
        at--;
        throw bad("no such escape");
      }
    };
  }

  private char unit() throws MalformedException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = "0123456789abcdef0123456789ABCDEF".indexOf(peek());
      if (digit < 0) {
        throw bad("four hexadecimal digits are wanted");
      }
      value = value * 16 + digit % 16;
      at++;
    }
    return (char) value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws MalformedException {
    if (at >= text.length()) {
      throw bad("the text ends in the middle");
    }
    return text.charAt(at);
  }

  private boolean took(char wanted) {
    boolean isThere = at < text.length() && text.charAt(at) == wanted;
    at += isThere ? 1 : 0;
    return isThere;
  }

  private void want(char wanted) throws MalformedException {
    if (peek() != wanted) {
      throw bad("'" + wanted + "' is wanted");
    }
    at++;
  }

  private MalformedException bad(String what) {
    return new MalformedException("bad JSON at character " + (at + 1) + ": " + what);
  }
}
