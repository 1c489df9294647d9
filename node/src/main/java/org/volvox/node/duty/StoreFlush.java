package org.volvox.node.duty;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;

/** Makes the applied state durable now and then, so that a restart replays little of the log. */
public final class StoreFlush implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final OrderedStore store;
  private final Supplier<LogIndex> applied;
  private final Ticker ticker;
  private LogIndex flushed = LogIndex.ZERO;

  public StoreFlush(
      NodeId self, OrderedStore store, Supplier<LogIndex> applied, Consumer<String> onFailure) {
    this.store = store;
    this.applied = applied;
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
    LogIndex now = applied.get();
    if (!now.equals(flushed)) {
      store.flush();
      flushed = now;
    }
  }
}
