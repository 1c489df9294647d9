package org.volvox.node.duty;

import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.volvox.base.MonoTime;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.kernel.keys.LeaseTimers;

/**
 * Ends leases whose time is over, writes down what is left of others, and tidies up what was
 * compacted or removed, as long as this node leads. One thread uses it.
 */
final class KeyDuties {
  /** Leases in a turn, of each sort: a turn is a fraction of a second. */
  private static final int LEASES_MAX = 256;

  /** Rows that are deleted in a turn. */
  private static final int TIDIED_MAX = 1000;

  private final Proposal proposal;
  private final OrderedStore state;
  private final LongSupplier nanos;
  private final LongConsumer onEnd;
  private Optional<LeaseTimers> timers = Optional.empty();

  /** Brings a call to the log, and its result back. */
  interface Proposal {
    Result propose(Call call) throws CallException, InterruptedException;
  }

  /**
   * @param nanos monotonic
   * @param onEnd hears of each lease that it has ended
   */
  KeyDuties(Proposal proposal, OrderedStore state, LongSupplier nanos, LongConsumer onEnd) {
    this.proposal = proposal;
    this.state = state;
    this.nanos = nanos;
    this.onEnd = onEnd;
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
      Result result = proposal.propose(due);
      if (result.isOk() || result.status() == Status.NOT_FOUND) {
        now.forget(due.lease());
      }
      if (result.isOk()) {
        onEnd.accept(due.lease());
      }
    }
    List<KeyCall.Checkpoint.Left> left = now.checkpoints(time(), LEASES_MAX);
    if (!left.isEmpty()) {
      var _ = proposal.propose(new KeyCall.Checkpoint(left));
    }
    if (isUntidy) {
      var _ = proposal.propose(new KeyCall.Tidy(TIDIED_MAX));
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

  private MonoTime time() {
    return new MonoTime(nanos.getAsLong());
  }
}
