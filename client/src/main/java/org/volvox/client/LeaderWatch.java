package org.volvox.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.volvox.base.NodeId;
import org.volvox.rpc.BlockingConnection;

/**
 * Looks whether the leader, which all requests of a client go to, keeps silent while some wait for
 * it, and asks the others then: once one of them follows another leader, what waits is sent again
 * there. A machine that is gone without a word closes no connection, and its clients would be the
 * last to learn of it.
 */
final class LeaderWatch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** So often in a row nothing was heard: longer than a ping and its answer take. */
  private static final int SILENT_LOOKS = 4;

  /** Unused for so many looks it ends, and begins again with the next request. */
  private static final int UNUSED_LOOKS_MAX = 40;

  private static final Duration ANSWER_WITHIN = Duration.ofMillis(250);

  private final Connections connections;
  private final AtomicBoolean isLooking = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean wasUsed;

  LeaderWatch(Connections connections) {
    this.connections = connections;
  }

  /** A request is made. */
  void use() {
    if (!wasUsed) {
      wasUsed = true;
    }
    if (!isLooking.get() && isLooking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("leader-watch").start(this::look);
    }
  }

  private void look() {
    try {
      Silence silence = new Silence();
      int unused = 0;
      while (unused < UNUSED_LOOKS_MAX && !closed.await(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
        unused = wasUsed ? 0 : unused + 1;
        wasUsed = false;
        Optional<NodeId> leader = connections.leader();
        if (leader.isPresent()
            && silence.lasts(leader.get())
            && othersFollowAnother(leader.get())) {
          connections.abandon(leader.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      isLooking.set(false);
    }
  }

  /** How many looks in a row the same connection had calls open and brought nothing. */
  private final class Silence {
    private long heardNanos;
    private int looks;

    boolean lasts(NodeId leader) {
      Optional<BlockingConnection> connection = connections.existing(leader);
      long heard = connection.map(BlockingConnection::heardNanos).orElse(0L);
      boolean waits = connection.map(each -> each.openCalls() > 0).orElse(false);
      looks = waits && heard == heardNanos ? looks + 1 : 0;
      heardNanos = heard;
      return looks >= SILENT_LOOKS;
    }
  }

  private boolean othersFollowAnother(NodeId silent) {
    for (NodeId other : connections.entries()) {
      if (!other.equals(silent)
          && connections
              .leaderAsSeenBy(other, ANSWER_WITHIN)
              .filter(leader -> !leader.equals(silent))
              .isPresent()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
