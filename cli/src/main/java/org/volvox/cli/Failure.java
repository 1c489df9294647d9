package org.volvox.cli;

/**
 * A command that cannot go on; Main prints its message (what failed, on what, why) and hint (what
 * to try) and exits with its code.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int exitCode;
  private final String hint;

  public Failure(int exitCode, String message, String hint) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  public Failure(int exitCode, String message, String hint, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  /** The caller's words are wrong: exit code 2. */
  public static Failure usage(String message, String hint) {
    return new Failure(ExitCode.WRONG_COMMAND_LINE, message, hint);
  }

  public int exitCode() {
    return exitCode;
  }

  public String hint() {
    return hint;
  }
}
