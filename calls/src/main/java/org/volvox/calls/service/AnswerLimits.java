package org.volvox.calls.service;

import java.time.Duration;
import org.volvox.base.ByteCount;

/**
 * Bounds of an {@link AnswerTable}.
 *
 * @param bytesMax of answers kept, with what it takes to keep them
 * @param callersMax how many callers are known at a time
 * @param runningMax how many requests run at a time
 * @param silence after which nothing is kept for a caller that is not heard of; twice as long
 *     nothing that was sent is on its way
 */
public record AnswerLimits(ByteCount bytesMax, int callersMax, int runningMax, Duration silence) {
  /** 64 MiB, ten minutes. */
  public static final AnswerLimits DEFAULT =
      new AnswerLimits(new ByteCount(64L << 20), 10_000, 10_000, Duration.ofMinutes(10));

  public AnswerLimits {
    if (bytesMax.bytes() < 1 || callersMax < 1 || runningMax < 1) {
      throw new IllegalArgumentException("answers without room: " + bytesMax + ", " + callersMax);
    }
    if (silence.isNegative() || silence.isZero()) {
      throw new IllegalArgumentException("a silence of no time: " + silence);
    }
  }
}
