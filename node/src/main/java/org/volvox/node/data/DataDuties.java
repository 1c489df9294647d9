package org.volvox.node.data;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.calls.CallException;

/**
 * Deletes what removed spaces leave. Each node does so by itself, as its own copy of the state says
 * that the space is gone: all come to say so, and none of them takes changes to it from then on.
 * What comes from one that is behind goes at a later turn.
 */
public final class DataDuties implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataDuties.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Each takes the data's thread some milliseconds; so changes wait for few of them. */
  private static final int DROPS_PER_TURN = 10;

  /** More spaces than there can be, and those that were removed lately. */
  private static final int SPACES_PER_TURN = 2 * KeyLimits.SPACES_MAX;

  private final DataHost host;
  private final LongPredicate isGone;
  private final ScheduledExecutorService ticker;

  /**
   * For a node's data.
   *
   * @param isGone whether this node's state says that there was such a space, and is none; false if
   *     it may only be too new for this node
   */
  public DataDuties(NodeId self, DataHost host, LongPredicate isGone) {
    this.host = host;
    this.isGone = isGone;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(self + "-data-duties").factory());
  }

  public void start() {
    var _ =
        ticker.scheduleWithFixedDelay(
            this::tick, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }

  private void tick() {
    try {
      turn();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CallException | CancellationException e) {
      LOG.debug("removed spaces are looked for again later: {}", e.getMessage());
    } catch (ExecutionException | RuntimeException e) {
      LOG.error("what removed spaces leave cannot be deleted: {}", e.getMessage(), e);
    }
  }

  /** Looks all spaces through that have data here, and deletes a part of what is gone. */
  void turn() throws CallException, InterruptedException, ExecutionException {
    int drops = 0;
    Optional<Long> space = space(0);
    for (int i = 0; i < SPACES_PER_TURN && space.isPresent(); i++) {
      long id = space.get();
      boolean isDropped = false;
      while (drops < DROPS_PER_TURN && !isDropped && isGone.test(id)) {
        drops++;
        if (!host.drop(id).get()) {
          return;
        }
        isDropped = !space(id).equals(Optional.of(id));
      }
      if (isDropped) {
        LOG.info("the data of the removed space {} is deleted", id);
      }
      space = space(id + 1);
    }
  }

  private Optional<Long> space(long from) throws CallException {
    return host.read(view -> view.space(from));
  }
}
