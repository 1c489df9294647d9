package org.volvox.node.process;

import java.time.Duration;

/** Counts the changes of the process table that this node has applied, and lets threads wait. */
final class TableWatch {
  /** How often the table is looked at when nothing says that it changed. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private long version;
  private boolean closed;

  synchronized void changed() {
    version++;
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized long version() {
    return version;
  }

  /** Waits until the table has changed since {@code seen}, but not for long. */
  synchronized void await(long seen) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + LOOK_EVERY.toNanos();
    long leftNanos = LOOK_EVERY.toNanos();
    while (version == seen && !closed && leftNanos > 0) {
      wait(leftNanos / 1_000_000 + 1);
      leftNanos = deadlineNanos - System.nanoTime();
    }
  }
}
