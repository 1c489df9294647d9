package org.volvox.worlds.clock;

/** A script that cannot be played: which line, what is wrong with it, and what to do. */
public final class ScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final String reason;

  /**
   * @param line counted from 1; 0 if the script as a whole is meant
   */
  public ScriptException(int line, String reason) {
    super(line == 0 ? reason : "line " + line + ": " + reason);
    this.line = line;
    this.reason = reason;
  }

  public int line() {
    return line;
  }

  /** Without the line. */
  public String reason() {
    return reason;
  }
}
