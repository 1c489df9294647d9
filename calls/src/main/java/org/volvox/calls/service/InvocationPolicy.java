package org.volvox.calls.service;

import java.time.Duration;

/**
 * Bounds of an {@link Invocation}.
 *
 * @param attemptMax how long the first attempt may take before it is repeated, where it may be;
 *     each further one may take twice as long, so that what is slow is answered in the end
 * @param pauseMin the longest first pause; it doubles up to {@code pauseMax}, and what is waited is
 *     drawn from nothing up to it
 * @param attemptsMax how often one call is tried, at most {@link #ATTEMPTS_MAX}
 * @param absenceMax how long an instance is waited for while there is none
 */
public record InvocationPolicy(
    Duration attemptMax,
    Duration pauseMin,
    Duration pauseMax,
    int attemptsMax,
    Duration absenceMax) {
  /** More are not allowed. */
  public static final int ATTEMPTS_MAX = 60;

  /** For services in one network. */
  public static final InvocationPolicy DEFAULT =
      new InvocationPolicy(
          Duration.ofSeconds(2),
          Duration.ofMillis(20),
          Duration.ofMillis(500),
          20,
          Duration.ofSeconds(2));

  public InvocationPolicy {
    if (attemptMax.toNanos() < 1
        || attemptsMax < 1
        || attemptsMax > ATTEMPTS_MAX
        || absenceMax.isNegative()) {
      throw new IllegalArgumentException(
          attemptsMax + " attempts of " + attemptMax + ", absence " + absenceMax);
    }
    if (pauseMin.toNanos() < 1 || pauseMax.compareTo(pauseMin) < 0) {
      throw new IllegalArgumentException("pauses out of order: " + pauseMin + ", " + pauseMax);
    }
  }
}
