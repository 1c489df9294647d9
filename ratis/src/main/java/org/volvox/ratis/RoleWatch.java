package org.volvox.ratis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.volvox.base.NodeId;
import org.volvox.consensus.raft.Effect.RoleChanged;
import org.volvox.consensus.raft.Role;

/**
 * Notices changes of role, term and leader. Ratis tells of some of them, under its locks; so what
 * it tells only wakes this thread, which also looks by itself.
 */
final class RoleWatch {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Supplier<RoleChanged> look;
  private final Consumer<RoleChanged> onChange;
  private final Thread thread;
  private Optional<RoleChanged> last = Optional.empty();
  private boolean hasNews;
  private boolean isStopped;

  RoleWatch(NodeId self, Supplier<RoleChanged> look, Consumer<RoleChanged> onChange) {
    this.look = look;
    this.onChange = onChange;
    this.thread = new Thread(this::run, self + "-roles");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  synchronized void wake() {
    hasNews = true;
    notifyAll();
  }

  void stop() throws InterruptedException {
    synchronized (this) {
      isStopped = true;
      notifyAll();
    }
    if (thread.isAlive() && thread != Thread.currentThread()) {
      thread.join();
    }
  }

  /** Waits until another than this node is seen to lead. */
  boolean awaitOther(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      while (last.isEmpty() || last.get().role() == Role.LEADER || last.get().leader().isEmpty()) {
        long left = deadline - System.nanoTime();
        if (isStopped || left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    }
  }

  private void run() {
    try {
      while (await()) {
        RoleChanged now = look.get();
        if (!last.equals(Optional.of(now))) {
          onChange.accept(now);
          seen(now);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void seen(RoleChanged now) {
    last = Optional.of(now);
    notifyAll();
  }

  private synchronized boolean await() throws InterruptedException {
    long until = System.nanoTime() + LOOK_EVERY.toNanos();
    for (long left = LOOK_EVERY.toNanos(); !hasNews && !isStopped && left > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
    hasNews = false;
    return !isStopped;
  }
}
