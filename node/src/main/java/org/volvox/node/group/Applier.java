package org.volvox.node.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.machine.BufferedBatch;
import org.volvox.base.machine.StateMachine;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.consensus.raft.Entry;

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
  /** Group 0 and part 0, which no state machine uses: theirs are letters. */
  private static final Bytes APPLIED_KEY = Bytes.wrap(new byte[] {0, 0, 'a'});

  private final StateMachine machine;
  private final OrderedStore store;
  private final RecentEntries recent;
  private final Waiters waiters;
  private final LogReader log;
  private final BiConsumer<LogIndex, Set<Integer>> onApplied;
  private final TreeMap<LogIndex, List<PendingRead>> reads = new TreeMap<>();
  private LogIndex committed;
  private volatile LogIndex applied;
  private boolean stopped;

  /** Reads a run of committed entries from the log on disk; blocks. */
  interface LogReader {
    List<Entry> read(LogIndex first, LogIndex last) throws InterruptedException;
  }

  Applier(
      StateMachine machine,
      OrderedStore store,
      RecentEntries recent,
      Waiters waiters,
      Wiring wiring) {
    this.machine = machine;
    this.store = store;
    this.recent = recent;
    this.waiters = waiters;
    this.log = wiring.log();
    this.onApplied = wiring.onApplied();
    this.applied = appliedIndex(store);
    this.committed = applied;
  }

  /** Where entries come from that are not in memory, and who hears what was applied. */
  record Wiring(LogReader log, BiConsumer<LogIndex, Set<Integer>> onApplied) {}

  static LogIndex appliedIndex(OrderedStore store) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      Optional<Bytes> value = snapshot.get(APPLIED_KEY);
      return value.isEmpty() ? LogIndex.ZERO : new LogIndex(new ByteReader(value.get()).u64());
    } catch (MalformedException e) {
      throw Invariant.broken("the store's applied index is damaged: " + e.getMessage());
    }
  }

  LogIndex applied() {
    return applied;
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

  @Override
  public void run() throws InterruptedException {
    Optional<LogIndex> until = nextCommitted();
    while (until.isPresent()) {
      applyUpTo(until.get());
      until = nextCommitted();
    }
  }

  /** Waits for more to apply; empty when stopped. */
  private synchronized Optional<LogIndex> nextCommitted() throws InterruptedException {
    while (!stopped && committed.equals(applied)) {
      wait();
    }
    return stopped ? Optional.empty() : Optional.of(committed);
  }

  private void applyUpTo(LogIndex until) throws InterruptedException {
    while (!isStopped() && applied.compareTo(until) < 0) {
      LogIndex first = applied.next();
      List<Entry> run = recent.run(first, until);
      if (run.isEmpty()) {
        run = log.read(first, until);
        Invariant.check(!run.isEmpty(), "the log has no committed entry", first, until);
      }
      apply(run);
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private void apply(List<Entry> run) {
    LogIndex last = run.getLast().index();
    List<Bytes> results = new ArrayList<>(run.size());
    Set<Integer> ranges = new TreeSet<>();
    try (OrderedStore.Batch batch = new BufferedBatch(store.batch())) {
      LogIndex expected = applied.next();
      for (Entry entry : run) {
        Invariant.check(
            entry.index().equals(expected), "applies out of order", entry.index(), expected);
        expected = expected.next();
        results.add(
            switch (entry.kind()) {
              case NOOP, MEMBERS -> Bytes.EMPTY;
              case COMMAND -> applyCommand(entry, batch, ranges);
            });
      }
      batch.put(APPLIED_KEY, new ByteWriter(8).u64(last.value()).toBytes());
      batch.commit();
    }
    List<PendingRead> open = new ArrayList<>();
    synchronized (this) {
      applied = last;
      var reached = reads.headMap(last, true);
      reached.values().forEach(open::addAll);
      reached.clear();
    }
    recent.applied(last);
    for (int i = 0; i < run.size(); i++) {
      waiters.applied(run.get(i), results.get(i));
    }
    open.forEach(read -> read.ready().complete(new ReadGate.Open(last)));
    onApplied.accept(last, ranges);
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
