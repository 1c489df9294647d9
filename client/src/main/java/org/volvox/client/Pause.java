package org.volvox.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A bounded wait between two tries, which an interrupt ends. */
final class Pause {
  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMillis(250);
  private final long deadlineNanos;
  private Duration next = FIRST;

  /** Pauses that grow, all together ending at {@code deadlineNanos} of System.nanoTime. */
  Pause(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
  }

  boolean isOver() {
    return deadlineNanos - System.nanoTime() <= 0;
  }

  Duration left() {
    return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
  }

  void take() throws InterruptedException {
    Duration left = left();
    of(left.compareTo(next) < 0 ? left : next);
    next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
  }

  static void of(Duration span) throws InterruptedException {
    // Nobody counts this latch down: it is a sleep that names what it is.
    if (new CountDownLatch(1).await(span.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("a latch that nobody holds was released");
    }
  }
}
