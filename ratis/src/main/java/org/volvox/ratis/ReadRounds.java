package org.volvox.ratis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/**
 * A leader's promise from which entry on a read is current (ReadIndex, thesis 6.4), made by asking
 * the others in which term they are: when a majority is in none above the leader's, nobody else was
 * elected before it was asked, so nothing is acknowledged that this leader has not committed.
 *
 * <p>Ratis has a ReadIndex of its own, which is not asked: it takes an index that was confirmed
 * once as confirmed for ever ({@code ReadIndexHeartbeats}), so that a leader that was cut off
 * answers from the past until it steps down.
 *
 * <p>Reads that come during a round share the next one. Any thread may call.
 */
final class ReadRounds {
  /** As long as a leader that is heard by nobody takes itself for one. */
  private static final Duration ROUND_MAX = RatisSettings.ELECTION_MIN;

  private static final int WAITING_MAX = 8192;

  private final List<NodeId> others;
  private final Leader leader;
  private final TermAsker asker;
  private List<CompletableFuture<LogIndex>> waiting = new ArrayList<>();
  private boolean isRunning;
  private boolean isStopped;

  /** What a round needs to know of this node. */
  interface Leader {
    /** The term in which this node leads and has committed an entry. */
    Optional<Term> leads();

    LogIndex committed();
  }

  /** Asks another in which term it is. */
  interface TermAsker {
    CompletableFuture<Bytes> ask(NodeId node, Duration within);
  }

  /** Why no promise is made. */
  static final class NotNow extends Exception {
    private static final long serialVersionUID = 1;

    NotNow(String message) {
      super(message);
    }
  }

  ReadRounds(List<NodeId> others, Leader leader, TermAsker asker) {
    this.others = List.copyOf(others);
    this.leader = leader;
    this.asker = asker;
  }

  /** The entry from which on a read that comes now is current; fails with {@link NotNow}. */
  CompletableFuture<LogIndex> promise() {
    CompletableFuture<LogIndex> promise = new CompletableFuture<>();
    synchronized (this) {
      if (isStopped || waiting.size() >= WAITING_MAX) {
        promise.completeExceptionally(
            new NotNow(isStopped ? "the node is stopping" : "too many reads wait"));
        return promise;
      }
      waiting.add(promise);
      if (!isRunning) {
        isRunning = true;
        Thread.ofVirtual().name("read-round").start(this::run);
      }
    }
    return promise;
  }

  void stop() {
    List<CompletableFuture<LogIndex>> left;
    synchronized (this) {
      isStopped = true;
      left = waiting;
      waiting = new ArrayList<>();
    }
    fail(left, "the node stopped");
  }

  private void run() {
    for (var batch = next(); !batch.isEmpty(); batch = next()) {
      try {
        LogIndex index = round();
        batch.forEach(each -> each.complete(index));
      } catch (NotNow e) {
        fail(batch, String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        fail(batch, "interrupted");
      }
    }
  }

  private synchronized List<CompletableFuture<LogIndex>> next() {
    List<CompletableFuture<LogIndex>> batch = waiting;
    waiting = new ArrayList<>();
    isRunning = !batch.isEmpty();
    return batch;
  }

  private LogIndex round() throws NotNow, InterruptedException {
    Term term = leader.leads().orElseThrow(() -> new NotNow("this node does not lead"));
    LogIndex index = leader.committed();
    int needed = (others.size() + 1) / 2; // Beside this node itself.
    if (needed > 0) {
      CompletableFuture<Boolean> agreed = new CompletableFuture<>();
      AtomicInteger missing = new AtomicInteger(needed);
      AtomicInteger open = new AtomicInteger(others.size());
      for (NodeId other : others) {
        var _ =
            asker
                .ask(other, ROUND_MAX)
                .whenComplete((answer, failure) -> {
                  boolean isBehind = failure == null && isNotAbove(answer, term);
                  if (isBehind && missing.decrementAndGet() == 0) {
                    agreed.complete(true);
                  }
                  if (open.decrementAndGet() == 0) {
                    agreed.complete(false);
                  }
                });
      }
      await(agreed);
    }
    if (!leader.leads().equals(Optional.of(term))) {
      throw new NotNow("this node leads no more");
    }
    return index;
  }

  private static void await(CompletableFuture<Boolean> agreed) throws NotNow, InterruptedException {
    try {
      if (agreed.get(ROUND_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (TimeoutException | ExecutionException e) {
      throw noQuorum();
    }
    throw noQuorum();
  }

  private static NotNow noQuorum() {
    return new NotNow("no quorum says that this node still leads");
  }

  private static boolean isNotAbove(Bytes answer, Term term) {
    try {
      return PeerRequest.number(answer) <= term.value();
    } catch (MalformedException e) {
      return false;
    }
  }

  private static void fail(List<CompletableFuture<LogIndex>> all, String reason) {
    all.forEach(each -> each.completeExceptionally(new NotNow(reason)));
  }
}
