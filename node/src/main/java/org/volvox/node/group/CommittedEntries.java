package org.volvox.node.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.machine.Stamp;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.Entry;

/**
 * The kernel's side of a log whose engine hands over what is committed, entry by entry: the same
 * {@link Applier} that the node's own Raft feeds, behind a bounded queue. What it holds while it
 * waits is bounded, because who hands over is held back.
 */
public final class CommittedEntries {
  /** Half of what is kept in memory at all, so that no entry has to be read again. */
  private static final long WAITING_BYTES_MAX = GroupLimits.RECENT_BYTES_MAX / 2;

  private static final CommandOutcome OVERTAKEN =
      new CommandOutcome.Unknown("a snapshot brought it, and not its result");

  private final LogHost host;
  private final RecentEntries recent = new RecentEntries();
  private final Waiters waiters = new Waiters();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final Applier applier;
  private @Nullable Thread thread;
  private CompletableFuture<LogIndex> installed = new CompletableFuture<>();
  private LogIndex handed;
  private long waitingBytes;
  private boolean stopped;

  private record Waiting(Entry entry, CompletableFuture<CommandOutcome> outcome) {}

  public CommittedEntries(GroupParts.State state, LogHost host) {
    this.host = host;
    this.handed = StateMark.of(state.store()).index();
    this.applier =
        new Applier(
            state,
            recent,
            waiters,
            new Applier.Wiring(
                (first, last) -> {
                  throw Invariant.broken("entries that were handed over are gone: " + first);
                },
                this::handed,
                host::together,
                this::applied,
                this::inPlace));
  }

  /** A command as it lies in an entry: under the stamp of the leader that proposed it. */
  public static Bytes stamped(Stamp stamp, Bytes command) {
    return Stamped.encode(stamp, command);
  }

  public synchronized void start(String name) {
    Thread made = new Thread(this::run, name);
    made.setDaemon(true);
    made.start();
    thread = made;
  }

  private void run() {
    try {
      applier.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | Error e) {
      host.failed("apply", e);
      abandon("the state cannot be changed any more");
    }
  }

  /** What is applied to the store. */
  public LogIndex applied() {
    return applier.applied();
  }

  private synchronized LogIndex handed() {
    return handed;
  }

  /**
   * The next committed entry; waits while too many wait to be applied. Answers Done when it took
   * effect, Unknown if that will not be seen here any more, as of an entry that a snapshot brought.
   */
  public CompletableFuture<CommandOutcome> add(Entry entry) throws InterruptedException {
    CompletableFuture<CommandOutcome> outcome = new CompletableFuture<>();
    synchronized (this) {
      while (!stopped && waitingBytes > 0 && !fits(entry)) {
        wait();
      }
      if (stopped) {
        outcome.complete(new CommandOutcome.Unknown("the node stopped"));
        return outcome;
      }
      if (!entry.index().isAfter(handed)) {
        outcome.complete(OVERTAKEN);
        return outcome;
      }
      Invariant.check(
          entry.index().equals(handed.next()), "handed over out of order", entry.index(), handed);
      handed = entry.index();
      waiting.add(new Waiting(entry, outcome));
      waitingBytes += entry.weightBytes();
      recent.write(List.of(entry));
      waiters.appended(entry.term(), entry.index(), new PendingCommand(Bytes.EMPTY, outcome));
    }
    applier.committed(entry.index());
    return outcome;
  }

  private boolean fits(Entry entry) {
    return waitingBytes + entry.weightBytes() <= WAITING_BYTES_MAX;
  }

  /** Opens the gate once the store has what is committed up to there. */
  public void readFrom(LogIndex index, CompletableFuture<ReadGate> gate) {
    applier.readFrom(index, new PendingRead(gate));
  }

  /**
   * Puts the staged snapshot in the place of the store; what was handed over up to its entry is in
   * it. Answers when it is in place.
   */
  public CompletableFuture<LogIndex> install(LogIndex index) {
    applier.hold();
    List<Waiting> overtaken = new ArrayList<>();
    CompletableFuture<LogIndex> done = new CompletableFuture<>();
    synchronized (this) {
      installed = done;
      Invariant.check(!handed.isAfter(index), "the snapshot is older", index, handed);
      handed = index;
      forget(index, overtaken);
    }
    overtaken.forEach(each -> each.outcome().complete(OVERTAKEN));
    applier.install(index);
    return done;
  }

  private void applied(LogIndex index, Set<Integer> ranges) {
    synchronized (this) {
      forget(index, new ArrayList<>());
    }
    host.applied(ranges);
  }

  private void forget(LogIndex upTo, List<Waiting> gone) {
    while (!waiting.isEmpty() && !waiting.getFirst().entry().index().isAfter(upTo)) {
      Waiting first = waiting.removeFirst();
      waitingBytes -= first.entry().weightBytes();
      gone.add(first);
    }
    notifyAll();
  }

  private void inPlace(LogIndex index) {
    CompletableFuture<LogIndex> done;
    synchronized (this) {
      done = installed;
    }
    done.complete(index);
  }

  private void abandon(String reason) {
    synchronized (this) {
      stopped = true;
      waiting.clear();
      notifyAll();
    }
    waiters.abandon(reason);
    applier.shutReads(reason);
  }

  /** Applies nothing more; what waits for it is answered. */
  public void stop() throws InterruptedException {
    applier.stop();
    Optional<Thread> running;
    synchronized (this) {
      stopped = true;
      notifyAll();
      running = Optional.ofNullable(thread);
    }
    if (running.isPresent() && running.get() != Thread.currentThread()) {
      running.get().interrupt();
      running.get().join();
    }
    abandon("the node stopped");
  }
}
