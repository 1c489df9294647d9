package org.volvox.client.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes virtual threads that wait for answers which do not come. Nearly all do come, and a timer of
 * its own for each wait, set and cancelled, costs more than the wait: one thread looks now and then
 * who has waited too long, and is there only while somebody waits.
 */
final class Alarms {
  /** How late one may wake. */
  private static final long TICK_NANOS = 5_000_000;

  /** A shorter wait has a timer of its own. */
  private static final long SHORT_NANOS = 100_000_000;

  private final Map<Thread, Long> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean isLooking = new AtomicBoolean();

  /** As {@link LockSupport#parkNanos(Object, long)}, perhaps a little longer. */
  void park(Object blocker, long nanosMax) {
    Thread self = Thread.currentThread();
    if (!self.isVirtual() || nanosMax < SHORT_NANOS) {
      LockSupport.parkNanos(blocker, nanosMax);
      return;
    }
    waiting.put(self, System.nanoTime() + nanosMax);
    if (!isLooking.get() && isLooking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("rpc-alarms").start(this::look);
    }
    LockSupport.park(blocker);
    waiting.remove(self);
  }

  private void look() {
    int quiet = 0;
    while (quiet < 2) {
      LockSupport.parkNanos(this, TICK_NANOS);
      long now = System.nanoTime();
      waiting.forEach((thread, at) -> {
        if (at - now <= 0) {
          LockSupport.unpark(thread);
        }
      });
      quiet = waiting.isEmpty() ? quiet + 1 : 0;
      if (quiet == 2) {
        isLooking.set(false);
        // Who came before that is not looked for by another.
        if (!waiting.isEmpty() && isLooking.compareAndSet(false, true)) {
          quiet = 0;
        }
      }
    }
  }
}
