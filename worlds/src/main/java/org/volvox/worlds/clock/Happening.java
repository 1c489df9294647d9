package org.volvox.worlds.clock;

import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;

/**
 * One step of a run. The first three kinds are events: they have a number and move the clocks. The
 * others only happen to the world; {@code clocks} are then the lane's at that moment.
 *
 * @param at milliseconds of virtual time
 * @param lane place in the run's lanes; of a loss, the lane that waits in vain
 * @param seq number of the lane's event, from 1; 0 for what is none
 * @param skew how far the lane's physical clock was ahead
 * @param message number of the message that is sent, received or lost; 0 for none
 * @param word the kind's word in event lines
 * @param label what a script or a journal says of it; may be empty
 */
public record Happening(
    int at,
    int lane,
    Kind kind,
    long seq,
    int skew,
    Clocks clocks,
    int message,
    String word,
    String label) {
  /** What sort of step. */
  public enum Kind {
    LOCAL("local", true),
    SEND("send", true),
    RECEIVE("receive", true),
    LOST("lost", false),
    JOIN("join", false),
    REMOVE("remove", false);

    private final String word;
    private final boolean isEvent;

    Kind(String word, boolean isEvent) {
      this.word = word;
      this.isEvent = isEvent;
    }

    public String word() {
      return word;
    }

    /** Whether clocks count it. */
    public boolean isEvent() {
      return isEvent;
    }
  }

  public boolean isEvent() {
    return kind.isEvent();
  }

  /** The place in the total order; for events. */
  public EventStamp stamp(Lane on) {
    return new EventStamp(clocks.lamport(), new EventId(on.origin(), seq));
  }
}
