package org.volvox.node.group;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MonoTime;

/**
 * A group's letters, and whose turn it is to work them off: that of a thread of its own, which also
 * minds the time, or, while little is under way, that of whoever brings one. On a machine that
 * rests it takes longer to wake a thread than to do what most letters lead to.
 *
 * <ol>
 *   <li>One thread at a time works, and sees what the one before it did.
 *   <li>Letters are worked off in the order in which they came, each once.
 *   <li>No letter and no time that is due is forgotten: who leaves while there is something to do
 *       wakes the own thread.
 *   <li>What is due is done by the own thread only; nothing of a letter that is brought waits.
 * </ol>
 */
final class Turns {
  /** Without anything due the own thread looks up all the same. */
  private static final long SLEEP_NANOS_MAX = 1_000_000_000L;

  /** While another has the turn, which takes some microseconds. */
  private static final long BUSY_NANOS = 50_000;

  private enum State {
    FREE,
    TAKEN,
    CLOSED
  }

  /** What is done in a turn. */
  interface Work {
    /** Works letters off, and with {@code minds} what is due; says when something will be. */
    MonoTime work(List<Mail> letters, boolean minds);
  }

  private final Work work;
  private final GroupClock clock;
  private final AtomicReference<State> state = new AtomicReference<>(State.FREE);
  private final ConcurrentLinkedQueue<Mail> letters = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Thread own;
  private volatile @Nullable Throwable failure;
  private volatile MonoTime due = MonoTime.ZERO;
  private volatile MonoTime sleepsUntil = MonoTime.ZERO;

  Turns(GroupClock clock, Work work) {
    this.clock = clock;
    this.work = work;
  }

  /** Leaves a letter to the own thread. */
  void add(Mail letter) {
    letters.add(letter);
    wake();
  }

  /** Works a letter off at once, with all that wait, unless somebody is at work already. */
  void addAndWork(Mail letter) {
    letters.add(letter);
    if (!enter()) {
      wake();
      return;
    }
    workAndLeave(false);
    if (!letters.isEmpty() || due.isBefore(sleepsUntil)) {
      wake();
    }
  }

  /** The own thread's life, until it is closed; throws what broke a turn, whoever's it was. */
  void run() throws Exception {
    own = Thread.currentThread();
    while (state.get() != State.CLOSED) {
      boolean hasEntered = enter();
      if (hasEntered) {
        workAndLeave(true);
      }
      sleep(hasEntered);
    }
    switch (failure) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException broken -> throw broken;
      case Throwable other -> throw new IllegalStateException(other);
    }
  }

  /** Whoever has the turn wakes this thread if there is something left, so it need not look. */
  private void sleep(boolean hasEntered) {
    MonoTime until = due;
    sleepsUntil = until;
    boolean mayBeMore = hasEntered && !letters.isEmpty();
    if (mayBeMore || due.isBefore(until) || state.get() == State.CLOSED) {
      return;
    }
    long leftNanos = Math.min(SLEEP_NANOS_MAX, until.nanosSince(clock.now()));
    if (!hasEntered) {
      leftNanos = Math.max(BUSY_NANOS, leftNanos);
    }
    if (leftNanos > 0) {
      LockSupport.parkNanos(this, leftNanos);
    }
  }

  private boolean enter() {
    return state.compareAndSet(State.FREE, State.TAKEN);
  }

  private void workAndLeave(boolean minds) {
    State next = State.CLOSED;
    try {
      List<Mail> taken = new ArrayList<>();
      @Nullable Mail letter = letters.poll();
      while (letter != null) {
        taken.add(letter);
        letter = taken.size() < GroupLimits.DRAIN_MAX ? letters.poll() : null;
      }
      due = work.work(taken, minds);
      next = State.FREE;
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      state.set(next);
    }
    if (next == State.CLOSED) {
      wake();
    }
  }

  private void wake() {
    LockSupport.unpark(own);
  }

  /** Nobody works from now on; waits for who does. What came and was not worked off stays. */
  void close() {
    while (!state.compareAndSet(State.FREE, State.CLOSED) && state.get() != State.CLOSED) {
      Thread.onSpinWait();
    }
    wake();
  }

  void forEachLeft(Consumer<Mail> each) {
    letters.forEach(each);
  }
}
