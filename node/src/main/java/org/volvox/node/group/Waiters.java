package org.volvox.node.group;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.Entry;

/**
 * Who waits for which entry, by (term, index): the same index may be taken by another term's entry,
 * and then nobody knows by this what became of the command. Whoever has the group's turn adds, the
 * apply thread answers.
 */
final class Waiters {
  private record Waiter(Term term, PendingCommand command) {}

  private final TreeMap<LogIndex, Waiter> waiters = new TreeMap<>();

  /** {@code command} is at (term, index) of this node's log. */
  void appended(Term term, LogIndex index, PendingCommand command) {
    Optional<Waiter> displaced;
    synchronized (this) {
      displaced = Optional.ofNullable(waiters.put(index, new Waiter(term, command)));
    }
    displaced.ifPresent(waiter -> unknown(waiter, "another leader took over"));
  }

  synchronized int count() {
    return waiters.size();
  }

  /** The entry took effect with this result. */
  void applied(Entry entry, Bytes result) {
    Optional<Waiter> waiter;
    synchronized (this) {
      waiter = Optional.ofNullable(waiters.remove(entry.index()));
    }
    if (waiter.isEmpty()) {
      return;
    }
    if (waiter.get().term().equals(entry.term())) {
      waiter.get().command().outcome().complete(new CommandOutcome.Done(result));
    } else {
      unknown(waiter.get(), "another leader took over");
    }
  }

  /** Nobody here leads any more: what waits may still take effect, and may not. */
  void abandon(String reason) {
    List<Waiter> all;
    synchronized (this) {
      all = waiters.values().stream().toList();
      waiters.clear();
    }
    all.forEach(waiter -> unknown(waiter, reason));
  }

  private static void unknown(Waiter waiter, String reason) {
    waiter.command().outcome().complete(new CommandOutcome.Unknown(reason));
  }
}
