package org.volvox.node.group;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.machine.StateMachine;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.SessionCall;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.node.measure.Measure;
import org.volvox.node.measure.Timing;

/**
 * Applies what is committed, in order, on its own thread, and says when reads may be answered.
 *
 * <ol>
 *   <li>The index of the last applied entry is in the same batch of the store as what it did.
 *   <li>A waiter is answered after the batch is in the store, so that a read that starts after the
 *       answer sees it.
 * </ol>
 */
final class Applier implements RaftGroup.Work {
  private static final Set<Integer> EVERY_RANGE =
      Set.of(
          SessionCall.RANGE, ProcessCall.RANGE, FileCall.RANGE, ServiceCall.RANGE, KeyCall.RANGE);

  private final StateMachine machine;
  private final OrderedStore store;
  private final Snapshots snapshots;
  private final RecentEntries recent;
  private final Waiters waiters;
  private final Wiring wiring;
  private final TreeMap<LogIndex, List<PendingRead>> reads = new TreeMap<>();
  private final Timing times = new Timing();
  private LogIndex committed;
  private volatile LogIndex applied;

  /** Nothing is applied any more until the snapshot that comes is in place. */
  private boolean held;

  private Optional<LogIndex> snapshot = Optional.empty();
  private boolean stopped;

  /** Reads a run of committed entries from the log on disk; blocks. */
  interface LogReader {
    List<Entry> read(LogIndex first, LogIndex last) throws InterruptedException;
  }

  Applier(GroupParts.State state, RecentEntries recent, Waiters waiters, Wiring wiring) {
    this.machine = state.machine();
    this.store = state.store();
    this.snapshots = state.snapshots();
    this.recent = recent;
    this.waiters = waiters;
    this.wiring = wiring;
    this.applied = StateMark.of(store).index();
    this.committed = applied;
  }

  /**
   * Where entries come from that are not in memory, how far the own log is durable, what lets
   * answers leave together, and who hears what was applied and that a snapshot is in place.
   */
  record Wiring(
      LogReader log,
      Supplier<LogIndex> durable,
      Consumer<Runnable> together,
      BiConsumer<LogIndex, Set<Integer>> onApplied,
      Consumer<LogIndex> onSnapshot) {}

  LogIndex applied() {
    return applied;
  }

  Measure measure() {
    return Measure.spans(
        "volvox_apply_seconds", "Runs of committed entries that were applied together.", times);
  }

  synchronized void committed(LogIndex index) {
    if (index.compareTo(committed) > 0) {
      committed = index;
      notifyAll();
    }
  }

  /** Opens the read's gate once the store holds {@code index}. */
  void readFrom(LogIndex index, PendingRead read) {
    synchronized (this) {
      if (applied.compareTo(index) < 0) {
        reads.computeIfAbsent(index, _ -> new ArrayList<>()).add(read);
        return;
      }
    }
    read.ready().complete(new ReadGate.Open(index));
  }

  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Answers the reads that will not be caught up with any more. */
  void shutReads(String reason) {
    List<PendingRead> left = new ArrayList<>();
    synchronized (this) {
      reads.values().forEach(left::addAll);
      reads.clear();
    }
    left.forEach(
        read -> read.ready().complete(new ReadGate.Shut(RefusedBecause.NO_LEADER, reason)));
  }

  /** A snapshot is about to take the log's place: what is not applied yet will be in it. */
  synchronized void hold() {
    held = true;
  }

  /** The log begins behind the snapshot: the store may be replaced. */
  synchronized void install(LogIndex index) {
    snapshot = Optional.of(index);
    notifyAll();
  }

  @Override
  public void run() throws InterruptedException, IOException {
    while (await()) {
      Optional<LogIndex> next = takeSnapshot();
      if (next.isPresent()) {
        replaceStore(next.get());
      } else {
        applyUpTo(committed());
      }
    }
  }

  /** Waits for something to do; false when stopped. */
  private synchronized boolean await() throws InterruptedException {
    while (!stopped && snapshot.isEmpty() && (held || committed.equals(applied))) {
      wait();
    }
    return !stopped;
  }

  private synchronized Optional<LogIndex> takeSnapshot() {
    Optional<LogIndex> next = snapshot;
    snapshot = Optional.empty();
    return next;
  }

  private synchronized LogIndex committed() {
    return committed;
  }

  private void applyUpTo(LogIndex until) throws InterruptedException {
    while (mayApply() && applied.compareTo(until) < 0) {
      LogIndex first = applied.next();
      List<Entry> run = recent.run(first, until);
      if (run.isEmpty()) {
        run = wiring.log().read(first, until);
        if (run.isEmpty() && !mayApply()) {
          return; // A snapshot has taken the log's place meanwhile.
        }
        Invariant.check(!run.isEmpty(), "the log has no committed entry", first, until);
      }
      apply(run);
    }
  }

  private synchronized boolean mayApply() {
    return !stopped && !held;
  }

  private void replaceStore(LogIndex index) throws IOException {
    snapshots.install(index);
    LogIndex found = StateMark.of(store).index();
    Invariant.check(found.equals(index), "the snapshot is of another entry", found, index);
    List<PendingRead> open;
    synchronized (this) {
      applied = index;
      committed = committed.isAfter(index) ? committed : index;
      held = false;
      open = takeReads(index);
    }
    recent.applied(index);
    open.forEach(read -> read.ready().complete(new ReadGate.Open(index)));
    // Whoever follows the state cannot know what changed in it.
    wiring.onApplied().accept(index, EVERY_RANGE);
    wiring.onSnapshot().accept(index);
  }

  private List<PendingRead> takeReads(LogIndex upTo) {
    List<PendingRead> open = new ArrayList<>();
    var reached = reads.headMap(upTo, true);
    reached.values().forEach(open::addAll);
    reached.clear();
    return open;
  }

  private void apply(List<Entry> run) {
    long begun = System.nanoTime();
    LogIndex last = run.getLast().index();
    List<Bytes> results = new ArrayList<>(run.size());
    Set<Integer> ranges = new TreeSet<>();
    try (OrderedStore.Batch batch = store.batch()) {
      LogIndex expected = applied.next();
      for (Entry entry : run) {
        Invariant.check(
            entry.index().equals(expected), "applies out of order", entry.index(), expected);
        expected = expected.next();
        results.add(
            switch (entry.kind()) {
              case NOOP -> Bytes.EMPTY;
              case MEMBERS -> applyMembers(entry, batch);
              case COMMAND -> applyCommand(entry, batch, ranges);
            });
      }
      StateMark.applied(run.getLast(), wiring.durable().get(), batch);
      batch.commit();
    }
    times.add(System.nanoTime() - begun);
    List<PendingRead> open;
    synchronized (this) {
      applied = last;
      open = takeReads(last);
    }
    recent.applied(last);
    wiring
        .together()
        .accept(() -> {
          for (int i = 0; i < run.size(); i++) {
            waiters.applied(run.get(i), results.get(i));
          }
          open.forEach(read -> read.ready().complete(new ReadGate.Open(last)));
        });
    wiring.onApplied().accept(last, ranges);
  }

  private static Bytes applyMembers(Entry entry, OrderedStore.Batch batch) {
    try {
      StateMark.members(new MembersAt(entry.index(), Membership.decode(entry.payload())), batch);
      return Bytes.EMPTY;
    } catch (MalformedException e) {
      throw Invariant.broken("membership " + entry.index() + ": " + e.getMessage());
    }
  }

  private Bytes applyCommand(Entry entry, OrderedStore.Batch batch, Set<Integer> ranges) {
    try {
      Stamped stamped = Stamped.decode(entry.payload());
      ranges.add(stamped.command().type() >>> 8);
      return machine.apply(entry.index(), stamped.stamp(), stamped.command(), batch).result();
    } catch (MalformedException e) {
      // Commands are checked at admission: a committed one that does not decode is a newer
      // version's
      // or a bug, and to skip it would let this node's state part from the others'.
      throw Invariant.broken("entry " + entry.index() + " cannot be read: " + e.getMessage());
    }
  }
}
