package org.volvox.node.duty;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.calls.CallException;
import org.volvox.node.serve.Signal;

/**
 * Does something again and again on its own thread. What fails as a call is tried again at the next
 * turn; anything else ends the node, through {@code onFailure}.
 */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  /** One turn. */
  interface Turn {
    void run() throws CallException, IOException, InterruptedException;
  }

  private final Thread thread;
  private final Signal signal = new Signal();

  Ticker(String name, Duration every, Turn turn, Consumer<String> onFailure) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .unstarted(() -> {
              try {
                loop(every, turn);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException | Error e) {
                LOG.error("{} failed", name, e);
                onFailure.accept(name + ": " + e);
              }
            });
  }

  void start() {
    thread.start();
  }

  /** Has the next turn come at once. */
  void wake() {
    signal.wake();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void loop(Duration every, Turn turn) throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      var _ = signal.await(every);
      try {
        turn.run();
      } catch (CallException | IOException e) {
        LOG.info("{} will try again: {}", thread.getName(), e.getMessage());
      }
    }
  }
}
