package org.volvox.worlds.clock;

/**
 * One message of a run, as it ended.
 *
 * @param number from 1, in the order of making
 * @param copyOf the number of the first one; 0 if this is none
 * @param from lane, as {@code to}
 * @param sent index of the send among the happenings
 * @param madeAfter how many happenings there were when it was made; for a copy, later than its send
 * @param madeAt the moment of that
 * @param ended index of the receive or the loss; {@link #NEVER} if there was none
 * @param isLost whether that was a loss
 * @param carried the clocks on it
 */
public record Message(
    int number,
    int copyOf,
    int from,
    int to,
    int sent,
    int madeAfter,
    int madeAt,
    int sentAt,
    int dueAt,
    int ended,
    boolean isLost,
    Clocks carried) {
  public static final int NEVER = Integer.MAX_VALUE;

  /** Whether it was received or lost among the first {@code cursor} happenings. */
  public boolean isEndedBy(int cursor) {
    return ended < cursor;
  }

  /** Its name in scripts. */
  public String id() {
    return "m" + number;
  }
}
