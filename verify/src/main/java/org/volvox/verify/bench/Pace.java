package org.volvox.verify.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One client that begins a write every few milliseconds, whatever became of the earlier ones, and
 * keeps what its user saw: the longest time without an acknowledged write, the slowest write, and
 * how many failed.
 */
final class Pace implements AutoCloseable {
  static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final FailoverTarget.Client client;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean resting;
  private long ackedNanos = System.nanoTime();
  private long ackedBegunNanos = Long.MIN_VALUE;
  private long gapNanos;
  private long slowestNanos;
  private long failed;

  /** What a client saw since it was told to look. */
  record Seen(long gapNanos, long slowestNanos, long failed) {}

  Pace(FailoverTarget.Client client) {
    this.client = client;
    thread = Thread.ofPlatform().daemon().name("pace").start(this::run);
  }

  private void run() {
    long next = System.nanoTime();
    while (!closed) {
      if (resting) {
        LockSupport.park();
        next = System.nanoTime();
        continue;
      }
      long begun = System.nanoTime();
      var _ = client.write().whenComplete((done, failure) -> ended(begun, failure));
      next = Math.max(next + EVERY_NANOS, System.nanoTime());
      while (!closed && next - System.nanoTime() > 0)
        LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private synchronized void ended(long begun, @Nullable Throwable failure) {
    if (failure != null) {
      failed++;
      return;
    }
    long now = System.nanoTime();
    gapNanos = Math.max(gapNanos, now - ackedNanos);
    slowestNanos = Math.max(slowestNanos, now - begun);
    ackedNanos = now;
    ackedBegunNanos = Math.max(ackedBegunNanos, begun);
  }

  /** Forgets what was, and looks from now on. */
  synchronized void look() {
    gapNanos = 0;
    slowestNanos = 0;
    failed = 0;
  }

  /** Writes no more until {@link #resume}: the other system is measured. */
  void rest() {
    resting = true;
  }

  void resume() {
    resting = false;
    LockSupport.unpark(thread);
  }

  /** Whether a write that began after this moment was acknowledged. */
  synchronized boolean isServedSince(long nanos) {
    return ackedBegunNanos - nanos > 0 && ackedBegunNanos != Long.MIN_VALUE;
  }

  synchronized Seen seen() {
    return new Seen(Math.max(gapNanos, System.nanoTime() - ackedNanos), slowestNanos, failed);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    client.close();
  }
}
