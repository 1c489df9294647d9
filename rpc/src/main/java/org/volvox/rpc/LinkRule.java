package org.volvox.rpc;

import java.time.Duration;

/** What is done to one direction of a link: silence, delay (order kept) and loss. */
public record LinkRule(boolean cut, Duration delay, int dropPercent) {
  public static final LinkRule NONE = new LinkRule(false, Duration.ZERO, 0);
  public static final LinkRule CUT = new LinkRule(true, Duration.ZERO, 0);
  private static final int DELAY_SECONDS_MAX = 60;

  public LinkRule {
    if (delay.isNegative() || delay.toSeconds() > DELAY_SECONDS_MAX) {
      throw new IllegalArgumentException("link delay out of 0..60 s: " + delay);
    }
    if (dropPercent < 0 || dropPercent > 100) {
      throw new IllegalArgumentException("drop out of 0..100 %: " + dropPercent);
    }
  }

  public static LinkRule delayed(Duration delay) {
    return new LinkRule(false, delay, 0);
  }

  public static LinkRule dropping(int percent) {
    return new LinkRule(false, Duration.ZERO, percent);
  }
}
