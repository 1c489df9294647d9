package org.volvox.kernel;

/** The bounds of sessions and processes, each with its reason. */
public final class KernelLimits {
  /** Sessions alive at once: each holds some 100 bytes of state and a timer in the leader. */
  public static final int SESSIONS_MAX = 100_000;

  /** Results kept for one session: more requests than this are never open in a client of ours. */
  public static final int RESULTS_MAX = 4096;

  /** A shorter life would expire within one election. */
  public static final long TTL_MILLIS_MIN = 1_000;

  /** A longer one would keep locks of the dead for days. */
  public static final long TTL_MILLIS_MAX = 24 * 3600 * 1000L;

  /** A client's name of itself. */
  public static final int LABEL_CHARS_MAX = 200;

  /** Living processes: the loss of a node rewrites all of its rows in one command. */
  public static final int LIVING_MAX = 4096;

  /** Ended rows kept for {@code ps} and {@code why}. */
  public static final int ENDED_MAX = 1000;

  /** Arguments and environment of one process: far below a command's 1 MiB. */
  public static final int SPEC_BYTES_MAX = 128 << 10;

  /** Preferred nodes of one process; more than a file has holders is of no use. */
  public static final int NEAR_MAX = 64;

  /** Changes kept of one process: the first and the latest. */
  public static final int HISTORY_MAX = 16;

  /** Signals sent to one process while it is started. */
  public static final int SIGNALS_MAX = 1000;

  /** A reason in a row. */
  public static final int REASON_CHARS_MAX = 1000;

  /** Rows in one answer: a page stays far below a message. */
  public static final int PAGE_MAX = 1000;

  /** Bytes of rows in one answer: a quarter of a message's 4 MiB. */
  public static final int PAGE_BYTES_MAX = 1 << 20;

  private KernelLimits() {}
}
