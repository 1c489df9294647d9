package org.volvox.node.duty;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MonoTime;
import org.volvox.base.OrderedStore;
import org.volvox.base.event.About;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.kernel.keys.LeaseTimers;
import org.volvox.node.event.Journal;
import org.volvox.node.serve.NodeCalls;

/**
 * Ends leases whose time is over, writes down what is left of others, and tidies up what was
 * compacted or removed, as long as this node leads. One thread uses it.
 */
final class KeyDuties {
  private static final Duration CALL_WITHIN = Duration.ofSeconds(2);

  /** Leases in a turn, of each sort: a turn is a fraction of a second. */
  private static final int LEASES_MAX = 256;

  /** Rows that are deleted in a turn. */
  private static final int TIDIED_MAX = 1000;

  private final NodeCalls calls;
  private final OrderedStore state;
  private final Journal journal;
  private Optional<LeaseTimers> timers = Optional.empty();

  KeyDuties(NodeCalls calls, OrderedStore state, Journal journal) {
    this.calls = calls;
    this.state = state;
    this.journal = journal;
  }

  /** Another leader, or this one in another term, begins with what the state says. */
  void forget() {
    timers = Optional.empty();
  }

  void turn() throws CallException, InterruptedException {
    LeaseTimers now = timers.orElseGet(LeaseTimers::new);
    timers = Optional.of(now);
    boolean isUntidy = look(now);
    for (KeyCall.Expire due : now.due(time(), LEASES_MAX)) {
      Result result = calls.call(due, CALL_WITHIN);
      if (result.isOk() || result.status() == Status.NOT_FOUND) {
        now.forget(due.lease());
      }
      if (result.isOk()) {
        journal.record(
            EventKind.LEASE_ENDED,
            "lease " + due.lease() + " was not renewed and ended",
            Optional.empty(),
            About.NOTHING);
      }
    }
    List<KeyCall.Checkpoint.Left> left = now.checkpoints(time(), LEASES_MAX);
    if (!left.isEmpty()) {
      calls.call(new KeyCall.Checkpoint(left), CALL_WITHIN);
    }
    if (isUntidy) {
      calls.call(new KeyCall.Tidy(TIDIED_MAX), CALL_WITHIN);
    }
  }

  private boolean look(LeaseTimers now) {
    try (OrderedStore.Snapshot view = state.snapshot()) {
      List<LeaseTimers.News> news = KeySpaces.leases(now.learnt(), LEASES_MAX, view);
      while (!news.isEmpty()) {
        now.learn(news, time());
        news = KeySpaces.leases(now.learnt(), LEASES_MAX, view);
      }
      return KeySpaces.isUntidy(view);
    }
  }

  private static MonoTime time() {
    return new MonoTime(System.nanoTime());
  }
}
