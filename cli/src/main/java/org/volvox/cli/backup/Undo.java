package org.volvox.cli.backup;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.volvox.cli.ShutdownHooks;

/**
 * Lets a command that is ended by Ctrl-C or SIGTERM take back what is not whole: its thread is
 * interrupted, and the process waits until it has cleaned up.
 */
final class Undo implements AutoCloseable {
  private static final long WAIT_SECONDS = 10;

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Runnable hook = this::interrupt;

  Undo() {
    ShutdownHooks.add(hook);
  }

  private void interrupt() {
    if (worker == Thread.currentThread()) {
      return;
    }
    worker.interrupt();
    try {
      // Longer would hold the person up; what is left then is not under its final name.
      var _ = done.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is cleaned up, or whole. */
  @Override
  public void close() {
    done.countDown();
    ShutdownHooks.remove(hook);
  }
}
