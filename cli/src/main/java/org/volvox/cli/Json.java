package org.volvox.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Writes JSON (RFC 8259) to a stream as it goes, so that a long listing needs no memory. Small on
 * purpose: a command that prints a dozen fields should not load a library for it.
 */
public final class Json {
  private final PrintStream out;
  private boolean first = true;

  public Json(PrintStream out) {
    this.out = out;
  }

  public Json openArray() {
    return open('[');
  }

  public Json closeArray() {
    return close(']');
  }

  public Json openObject() {
    return open('{');
  }

  public Json closeObject() {
    return close('}');
  }

  /** The name of the next value. */
  public Json name(String name) {
    separate();
    quote(name);
    out.print(':');
    first = true;
    return this;
  }

  public Json value(String text) {
    separate();
    quote(text);
    return this;
  }

  public Json value(long number) {
    separate();
    out.print(number);
    return this;
  }

  public Json value(boolean truth) {
    separate();
    out.print(truth);
    return this;
  }

  public Json field(String name, String text) {
    return name(name).value(text);
  }

  public Json field(String name, long number) {
    return name(name).value(number);
  }

  public Json field(String name, boolean truth) {
    return name(name).value(truth);
  }

  /** Ends a document with a newline; the next value starts another. */
  public void endLine() {
    out.println();
    first = true;
  }

  private Json open(char bracket) {
    separate();
    out.print(bracket);
    first = true;
    return this;
  }

  private Json close(char bracket) {
    out.print(bracket);
    first = false;
    return this;
  }

  private void separate() {
    if (!first) {
      out.print(',');
    }
    first = false;
  }

  private void quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          // A lone surrogate has no UTF-8 form; escaped, it survives the way.
          if (c < 0x20 || c == 0x7F || (Character.isSurrogate(c) && !isPaired(text, i))) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    out.print(quoted.append('"'));
  }

  private static boolean isPaired(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
