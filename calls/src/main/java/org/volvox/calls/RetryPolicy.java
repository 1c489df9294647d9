package org.volvox.calls;

import java.time.Duration;

/**
 * Bounds of a {@link CommandRetry}.
 *
 * @param attemptMax how long one target may take before another is tried; the repetition carries
 *     the same request id and is harmless
 * @param pauseMin the first pause; it doubles up to {@code pauseMax}, and a random half of it is
 *     taken off
 */
public record RetryPolicy(Duration attemptMax, Duration pauseMin, Duration pauseMax) {
  /** Fits elections of half a second: several pauses fall into one. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofMillis(250));

  /**
   * For who is told of each new leader ({@link RetryInput.LeaderSeen}) and so need not ask often:
   * while there is none, asking takes time from those who elect one.
   */
  public static final RetryPolicy TOLD =
      new RetryPolicy(DEFAULT.attemptMax(), Duration.ofMillis(40), DEFAULT.pauseMax());

  public RetryPolicy {
    if (pauseMin.isNegative() || pauseMin.isZero() || pauseMax.compareTo(pauseMin) < 0) {
      throw new IllegalArgumentException("pauses out of order: " + pauseMin + ", " + pauseMax);
    }
    if (attemptMax.isNegative() || attemptMax.isZero()) {
      throw new IllegalArgumentException("attempt of no time: " + attemptMax);
    }
  }
}
