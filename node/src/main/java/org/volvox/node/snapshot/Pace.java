package org.volvox.node.snapshot;

import java.time.Duration;
import org.volvox.node.serve.Signal;

/** Keeps a stream to a rate: whoever is ahead of it waits. One thread uses it. */
public final class Pace {
  private final Signal never = new Signal();
  private final long bytesPerSecond;
  private final long startNanos = System.nanoTime();
  private long dueNanos;

  public Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** So much is sent. */
  public void take(int bytes) throws InterruptedException {
    long passed = System.nanoTime() - startNanos;
    dueNanos = Math.max(dueNanos, passed) + bytes * 1_000_000_000L / bytesPerSecond;
    long ahead = dueNanos - passed;
    if (ahead > 0) {
      var _ = never.await(Duration.ofNanos(ahead));
    }
  }
}
