package org.volvox.cli;

/** What the command's exit status means; part of its contract. `run` gives the program's own. */
public final class ExitCode {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_COMMAND_LINE = 2;

  /** Refused for want of a quorum, or nothing could be reached; nothing was written. */
  public static final int UNREACHABLE = 3;

  public static final int NOT_ALLOWED = 4;

  /** The deadline passed and the outcome is not known. */
  public static final int UNKNOWN = 124;

  /** The reader of our output went away: 128 + SIGPIPE. */
  public static final int CLOSED_PIPE = 141;

  /** Every failure of ours in `run`, whose other codes belong to the program. */
  public static final int RUN_FAILED = 255;

  private ExitCode() {}
}
