package org.volvox.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A few pieces of work that go on at a time and are taken in the order in which they were begun.
 * The bound is what keeps a transfer's memory flat: so many blocks and no more.
 */
final class InFlight<T> implements AutoCloseable {
  /** Blocks of 4 MiB: enough to keep disks and links of three nodes busy, 16 MiB of memory. */
  static final int BLOCKS_MAX = 4;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Future<T>> running = new ArrayDeque<>();
  private final int max;

  InFlight(int max) {
    this.max = max;
  }

  boolean isFull() {
    return running.size() >= max;
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  void begin(Callable<T> work) {
    running.add(executor.submit(work));
  }

  /** Waits for the oldest. */
  T take() throws IOException, InterruptedException {
    try {
      return running.remove().get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case VolvoxException failure -> throw failure.again();
        case IOException failure -> throw new IOException(failure.getMessage(), failure);
        case null, default -> throw new IllegalStateException("work in flight failed", e);
      }
    }
  }

  /** Gives up what still runs. */
  @Override
  public void close() {
    running.forEach(work -> work.cancel(true));
    executor.shutdownNow();
  }
}
