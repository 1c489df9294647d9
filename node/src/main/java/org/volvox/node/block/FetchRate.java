package org.volvox.node.block;

import java.time.Duration;
import java.util.function.Supplier;
import org.volvox.base.MonoTime;

/**
 * Keeps what a node fetches to a rate and says what it comes to. One thread fetches; any may ask.
 */
final class FetchRate {
  /** Long enough to be calm, short enough to show that nothing moves. */
  private static final long WINDOW_NANOS = Duration.ofSeconds(4).toNanos();

  /** Time that was not used is not made up for by a burst. */
  private static final long CREDIT_NANOS_MAX = Duration.ofMillis(100).toNanos();

  private final Supplier<MonoTime> clock;
  private MonoTime due;
  private MonoTime windowFrom;
  private long windowBytes;
  private long bytesPerSecond;

  FetchRate(Supplier<MonoTime> clock) {
    this.clock = clock;
    this.due = clock.get();
    this.windowFrom = due;
  }

  /** So much was fetched; gives how long to wait before the next at this rate. */
  synchronized Duration fetched(long bytes, long bytesPerSecondMax) {
    MonoTime now = clock.get();
    roll(now);
    windowBytes += bytes;
    MonoTime earliest = new MonoTime(now.nanos() - CREDIT_NANOS_MAX);
    due = due.isBefore(earliest) ? earliest : due;
    due = due.plusNanos(bytes * Duration.ofSeconds(1).toNanos() / bytesPerSecondMax);
    return Duration.ofNanos(Math.max(0, due.nanosSince(now)));
  }

  /** What was fetched of late, a second. */
  synchronized long bytesPerSecond() {
    roll(clock.get());
    return bytesPerSecond;
  }

  private void roll(MonoTime now) {
    long passed = now.nanosSince(windowFrom);
    if (passed >= WINDOW_NANOS) {
      bytesPerSecond =
          passed >= 2 * WINDOW_NANOS ? 0 : windowBytes * Duration.ofSeconds(1).toNanos() / passed;
      windowFrom = now;
      windowBytes = 0;
    } else if (bytesPerSecond == 0 && passed > WINDOW_NANOS / 4) {
      bytesPerSecond = windowBytes * Duration.ofSeconds(1).toNanos() / passed;
    }
  }
}
