package org.volvox.client.service;

import java.time.Duration;
import org.volvox.base.Api;

/**
 * How a stub calls.
 *
 * @param timeout how long a call may take in all, retries and the search for an instance included;
 *     a call that is made inside another never takes longer than what that one has left. Of a
 *     method that gives a stream, how long the stream's beginning may take
 * @param attemptTimeout how long one attempt may take, where there may be another: idempotent
 *     methods, and the others only for hearing the answer of the first
 */
@Api
public record CallOptions(Duration timeout, Duration attemptTimeout) {
  public static final CallOptions DEFAULT =
      new CallOptions(Duration.ofSeconds(30), Duration.ofSeconds(5));

  public CallOptions {
    requireSome("timeout", timeout);
    requireSome("attemptTimeout", attemptTimeout);
  }

  public CallOptions within(Duration span) {
    return new CallOptions(span, attemptTimeout);
  }

  public CallOptions withAttemptsOf(Duration span) {
    return new CallOptions(timeout, span);
  }

  private static void requireSome(String what, Duration span) {
    if (span.isNegative() || span.isZero()) {
      throw new IllegalArgumentException(what + " of no time: " + span);
    }
  }
}
