package org.volvox.worlds.clock;

import java.util.List;
import java.util.Optional;
import org.volvox.base.clock.ClockRules;

/** A rule of the clocks that a script may switch off; the words are the lab's. */
public enum BrokenRule {
  FORGET_MAX(
      "forget-max",
      "Forget the maximum",
      "A receive adds 1 to the node's own clock and ignores the clock on the message."),
  NO_TICK_ON_RECEIVE(
      "no-tick-on-receive",
      "Do not tick on receive",
      "A receive takes the greater clock and does not add 1."),
  DO_NOT_SEND_CLOCK(
      "do-not-send-clock",
      "Do not send the clock",
      "Messages carry no clock, so a receiver learns nothing.");

  private final String id;
  private final String title;
  private final String text;

  BrokenRule(String id, String title, String text) {
    this.id = id;
    this.title = title;
    this.text = text;
  }

  /** As scripts write it. */
  public String id() {
    return id;
  }

  public String title() {
    return title;
  }

  /** What the clocks do under it, in one sentence. */
  public String text() {
    return text;
  }

  public static Optional<BrokenRule> ofId(String id) {
    for (BrokenRule rule : values()) {
      if (rule.id.equals(id)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** All ids, for messages. */
  static String ids() {
    StringBuilder ids = new StringBuilder();
    for (BrokenRule rule : values()) {
      ids.append(ids.isEmpty() ? "" : ", ").append(rule.id);
    }
    return ids.toString();
  }

  /** The paper's rules without these. */
  public static ClockRules without(List<BrokenRule> broken) {
    if (broken.isEmpty()) {
      return ClockRules.PAPER;
    }
    return new ClockRules() {
      @Override
      public boolean takesMaximum() {
        return !broken.contains(FORGET_MAX);
      }

      @Override
      public boolean ticksOnReceive() {
        return !broken.contains(NO_TICK_ON_RECEIVE);
      }

      @Override
      public boolean sendsClock() {
        return !broken.contains(DO_NOT_SEND_CLOCK);
      }
    };
  }
}
