package org.volvox.worlds.clock;

/** The bounds of a script and its run; a page and a memory must hold all of it. */
public final class Limits {
  /** More lanes than anyone can follow. */
  public static final int NODES_MAX = 64;

  /** Events with lost messages, joins and leaves. */
  public static final int HAPPENINGS_MAX = 20_000;

  public static final int SCRIPT_CHARACTERS_MAX = 1 << 20;

  /** So that a sum of times is far from the end of an int. */
  public static final int TIME_MILLIS_MAX = 1_000_000;

  public static final int SKEW_MILLIS_MAX = 100_000;

  /** A node's number, as in n999. */
  public static final int NODE_NUMBER_MAX = 999;

  /** What fits beside an event. */
  public static final int LABEL_CHARACTERS_MAX = 80;

  private Limits() {}
}
