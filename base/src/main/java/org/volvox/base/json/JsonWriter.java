package org.volvox.base.json;

import org.volvox.base.Invariant;

/**
 * Writes one JSON text on one line, without spaces; commas come by themselves.
 *
 * <pre>
 * new JsonWriter().object().field("id", 7).name("tags").array().value("a").end().end().text()
 * </pre>
 */
public final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();
  // The closing characters of what is open, innermost last.
  private final StringBuilder open = new StringBuilder();
  private boolean isCommaDue;

  public JsonWriter object() {
    return begin('{', '}');
  }

  public JsonWriter array() {
    return begin('[', ']');
  }

  /** Closes the innermost object or array. */
  public JsonWriter end() {
    Invariant.check(!open.isEmpty(), "nothing is open in this JSON text");
    out.append(open.charAt(open.length() - 1));
    open.setLength(open.length() - 1);
    isCommaDue = true;
    return this;
  }

  /** The name of the field whose value comes next. */
  public JsonWriter name(String name) {
    comma();
    quote(name);
    out.append(':');
    isCommaDue = false;
    return this;
  }

  public JsonWriter value(String value) {
    comma();
    quote(value);
    return this;
  }

  public JsonWriter value(long value) {
    return raw(Long.toString(value));
  }

  public JsonWriter value(int value) {
    return raw(Integer.toString(value));
  }

  public JsonWriter value(boolean value) {
    return raw(value ? "true" : "false");
  }

  public JsonWriter nothing() {
    return raw("null");
  }

  public JsonWriter field(String name, String value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, int value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, boolean value) {
    return name(name).value(value);
  }

  /** A text that is JSON already. */
  public JsonWriter raw(String json) {
    comma();
    out.append(json);
    return this;
  }

  /** The whole text; everything opened must be closed. */
  public String text() {
    Invariant.check(open.isEmpty(), "something is still open in this JSON text");
    return out.toString();
  }

  private JsonWriter begin(char opening, char closing) {
    comma();
    out.append(opening);
    open.append(closing);
    isCommaDue = false;
    return this;
  }

  private void comma() {
    if (isCommaDue) {
      out.append(',');
    }
    isCommaDue = true;
  }

  private void quote(String value) {
    out.append('"');
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      if (isPlain(character)) {
        continue;
      }
      out.append(value, from, i);
      escape(character);
      from = i + 1;
    }
    out.append(value, from, value.length()).append('"');
  }

  // U+2028 and U+2029 end a line in old JavaScript.
  private static boolean isPlain(char character) {
    return character >= ' '
        && character != '"'
        && character != '\\'
        && character != '\u2028'
        && character != '\u2029';
  }

  private void escape(char character) {
    switch (character) {
      case '"', '\\' -> out.append('\\').append(character);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(HEX.charAt(character >>> shift & 15));
        }
      }
    }
  }
}
