package org.volvox.node.duty;

import java.time.Duration;
import java.util.function.Consumer;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.node.group.StateLog;
import org.volvox.storage.StateStore;

/**
 * Makes the applied state durable now and then, so that a restart replays little of the log, and
 * sooner when the log is so big that it waits to be shortened.
 */
public final class StoreFlush implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final int TURNS = 20;

  private final StateStore store;
  private final StateLog log;
  private final Ticker ticker;
  private LogIndex flushed = LogIndex.ZERO;
  private int turns;

  public StoreFlush(NodeId self, StateStore store, StateLog log, Consumer<String> onFailure) {
    this.store = store;
    this.log = log;
    this.ticker = new Ticker(self + "-store-flush", EVERY, this::turn, onFailure);
  }

  public void start() {
    ticker.start();
  }

  @Override
  public void close() {
    ticker.close();
  }

  private void turn() {
    boolean isPressed = log.isLogTooBig();
    if (++turns < TURNS && !isPressed) {
      return;
    }
    turns = 0;
    LogIndex now = log.applied();
    if (!now.equals(flushed)) {
      store.flush();
      flushed = now;
    }
    if (isPressed) {
      log.flushed(now, store.estimatedBytes());
    }
  }
}
