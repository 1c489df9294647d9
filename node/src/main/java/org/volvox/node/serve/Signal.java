package org.volvox.node.serve;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets threads pause until something happens, but no longer than a while. Any thread may call. */
public final class Signal {
  private final Semaphore wakes = new Semaphore(0);

  /** Waits for {@link #wake}; false if the time is over before. */
  public boolean await(Duration atMost) throws InterruptedException {
    return wakes.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Wakes those that wait now, or the next one to wait. */
  public void wake() {
    wakes.drainPermits();
    wakes.release(Math.max(1, wakes.getQueueLength()));
  }
}
