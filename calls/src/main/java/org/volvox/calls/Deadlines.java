package org.volvox.calls;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MonoTime;

/**
 * When which of the open calls of a connection has to end. Nearly all calls end long before: those
 * are left in the queue until they are the first, or half of it.
 */
final class Deadlines {
  private static final int LEFT_MIN = 64;

  /** Ids make the order of equal times certain. */
  private record Timer(MonoTime at, OpenCall call) {
    static final Comparator<Timer> ORDER =
        Comparator.comparing(Timer::at).thenComparingLong(timer -> timer.call.id);
  }

  private final PriorityQueue<Timer> queue = new PriorityQueue<>(LEFT_MIN, Timer.ORDER);
  private int ended;

  void add(OpenCall call) {
    if (call.deadline.isPresent()) {
      queue.add(new Timer(call.deadline.get(), call));
    }
  }

  /** The call has ended, once. */
  void remove(OpenCall call) {
    call.hasEnded = true;
    if (call.deadline.isEmpty()) {
      return;
    }
    ended++;
    if (ended > LEFT_MIN && ended > queue.size() / 2) {
      queue.removeIf(timer -> timer.call.hasEnded);
      ended = 0;
    }
  }

  Optional<MonoTime> first() {
    @Nullable Timer first = head();
    return first == null ? Optional.empty() : Optional.of(first.at);
  }

  /** A call whose deadline has come, for its owner to end; null if there is none. */
  @Nullable OpenCall due(MonoTime now) {
    @Nullable Timer first = head();
    return first == null || now.isBefore(first.at) ? null : first.call;
  }

  private @Nullable Timer head() {
    @Nullable Timer first = queue.peek();
    while (first != null && first.call.hasEnded) {
      queue.poll();
      ended--;
      first = queue.peek();
    }
    return first;
  }

  /** How many it holds, of calls that have ended too. */
  int size() {
    return queue.size();
  }

  void clear() {
    queue.clear();
    ended = 0;
  }
}
