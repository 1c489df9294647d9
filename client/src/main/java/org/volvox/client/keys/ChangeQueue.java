package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.client.VolvoxException;

/** Revisions that were told and not taken: one thread fills it, any take. */
final class ChangeQueue {
  /** So much waits to be taken, besides one revision; the node is told no more until then. */
  static final long BYTES_MAX = 1 << 20;

  /** An event is more than its bytes. */
  private static final int EVENT_BYTES = 200;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<KeyChanges> waiting = new ArrayDeque<>();
  private long bytes;
  private @Nullable VolvoxException end;

  static long bytes(KeyEvent event) {
    return EVENT_BYTES + (long) event.encodedBytes();
  }

  private static long bytes(KeyChanges changes) {
    return changes.events().stream().mapToLong(ChangeQueue::bytes).sum();
  }

  /** Waits while too much waits here; false once it has ended. */
  boolean put(KeyChanges changes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (bytes > BYTES_MAX && end == null) {
        changed.await();
      }
      if (end != null) {
        return false;
      }
      bytes += bytes(changes);
      waiting.add(changes);
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What was put is still taken, then this is thrown; the first end counts. */
  void end(VolvoxException why) {
    lock.lock();
    try {
      if (end == null) {
        end = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends at once; what waits is dropped. */
  void drop(VolvoxException why) {
    lock.lock();
    try {
      waiting.clear();
      bytes = 0;
      end = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isEnded() {
    lock.lock();
    try {
      return end != null;
    } finally {
      lock.unlock();
    }
  }

  /** The next, waited for at most so long. */
  Optional<KeyChanges> poll(Duration within) throws VolvoxException, InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = within.toNanos();
      while (waiting.isEmpty() && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      KeyChanges next = waiting.poll();
      if (next != null) {
        bytes -= bytes(next);
        changed.signalAll();
        return Optional.of(next);
      }
      if (end != null) {
        throw end.advising(end.hint()); // One of its own for each who waits.
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }
}
