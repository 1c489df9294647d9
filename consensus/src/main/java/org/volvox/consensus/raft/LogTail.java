package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;

/**
 * A member's log as the core holds it (section 5.3): where each term starts, and the newest entries
 * within a limit of bytes; the others are on disk only. Used by {@link RaftState} and the handlers.
 *
 * <ol>
 *   <li>Indexes are contiguous from the one behind the base, terms never fall.
 *   <li>An entry leaves memory only when it is durable, so disk or memory has every entry.
 *   <li>What the base covers is committed and in the state; its entries may be gone.
 * </ol>
 */
final class LogTail {
  /** Dropping a quarter at a time makes dropping cheap on average. */
  private static final int KEEP_QUARTERS = 3;

  private final int bytesMax;
  private final List<Recovered.TermStart> starts;
  private final List<Entry> tail;
  private long tailBytes;
  private Recovered.Place base;
  private LogIndex last;

  LogTail(Recovered recovered, int bytesMax) {
    this.bytesMax = bytesMax;
    starts = new ArrayList<>(recovered.termStarts());
    tail = new ArrayList<>(recovered.tail());
    base = recovered.base();
    last = recovered.lastIndex();
    for (Entry entry : tail) {
      tailBytes += entry.weightBytes();
    }
    dropDurable(last);
  }

  LogIndex lastIndex() {
    return last;
  }

  /** The last entry that the log need not have any more, zero at first. */
  Recovered.Place base() {
    return base;
  }

  Term lastTerm() {
    return starts.isEmpty() ? base.term() : starts.getLast().term();
  }

  /** The first index held in memory; one behind the last if none is. */
  LogIndex firstHeld() {
    return new LogIndex(last.value() - tail.size() + 1);
  }

  boolean isHeld(LogIndex index) {
    return !index.isBefore(firstHeld()) && !index.isAfter(last);
  }

  /** The term of an index from the base to the last; zero's is zero. */
  Term termAt(LogIndex index) {
    Invariant.check(!index.isAfter(last), "term asked beyond the log", index, last);
    Invariant.check(!index.isBefore(base.index()), "term asked before the log", index, base);
    int at = startAt(index);
    return at < 0 ? base.term() : starts.get(at).term();
  }

  /**
   * Whether the log has an entry that a leader has. Before the base it has them all: they are
   * committed, so every later leader has the same ones.
   */
  boolean has(LogIndex index, Term term) {
    return index.isBefore(base.index()) || (!index.isAfter(last) && termAt(index).equals(term));
  }

  /**
   * The last index up to {@code limit} whose term is at most {@code term}; one before the base if
   * none from the base on is.
   */
  LogIndex lastWithTermAtMost(LogIndex limit, Term term) {
    LogIndex end = limit.isAfter(last) ? last : limit;
    int at = startAt(end);
    while (at >= 0 && starts.get(at).term().isAfter(term)) {
      end = starts.get(at).first().previous();
      at--;
    }
    boolean isBaseLater = end.equals(base.index()) && base.term().isAfter(term);
    return isBaseLater && end.isAfter(LogIndex.ZERO) ? end.previous() : end;
  }

  /** At least one entry from {@code first} on, more up to {@code weightBytesMax}. */
  List<Entry> slice(LogIndex first, int weightBytesMax) {
    int from = (int) (first.value() - firstHeld().value());
    Invariant.check(from >= 0 && from < tail.size(), "slice from outside memory", first, last);
    int to = from;
    long bytes = 0;
    do {
      bytes += tail.get(to).weightBytes();
      to++;
    } while (to < tail.size() && bytes + tail.get(to).weightBytes() <= weightBytesMax);
    return List.copyOf(tail.subList(from, to));
  }

  void append(Entry entry) {
    Invariant.check(entry.index().equals(last.next()), "gap in the log", last, entry.index());
    Invariant.check(!entry.term().isBefore(lastTerm()), "term falls", lastTerm(), entry.term());
    if (starts.isEmpty() || entry.term().isAfter(lastTerm())) {
      starts.add(new Recovered.TermStart(entry.term(), entry.index()));
    }
    tail.add(entry);
    tailBytes += entry.weightBytes();
    last = entry.index();
  }

  /** Removes {@code first} and all behind it. */
  void truncateFrom(LogIndex first) {
    while (!tail.isEmpty() && !tail.getLast().index().isBefore(first)) {
      tailBytes -= tail.removeLast().weightBytes();
    }
    while (!starts.isEmpty() && !starts.getLast().first().isBefore(first)) {
      starts.removeLast();
    }
    last = first.previous();
  }

  /** The entries up to {@code index}, all durable, are in the state and may go. */
  void purge(LogIndex index) {
    Recovered.Place next = new Recovered.Place(index, termAt(index));
    Term following = index.isBefore(last) ? termAt(index.next()) : next.term();
    starts.removeIf(start -> !start.first().isAfter(index));
    if (index.isBefore(last)
        && (starts.isEmpty() || starts.getFirst().first().isAfter(index.next()))) {
      starts.addFirst(new Recovered.TermStart(following, index.next()));
    }
    int count = 0;
    while (count < tail.size() && !tail.get(count).index().isAfter(index)) {
      tailBytes -= tail.get(count).weightBytes();
      count++;
    }
    tail.subList(0, count).clear();
    base = next;
  }

  /** A snapshot takes the place of the whole log. */
  void reset(Recovered.Place snapshot) {
    starts.clear();
    tail.clear();
    tailBytes = 0;
    base = snapshot;
    last = snapshot.index();
  }

  /** Lets go of the oldest entries if memory holds too many bytes; {@code durable} are on disk. */
  void dropDurable(LogIndex durable) {
    if (tailBytes <= bytesMax) {
      return;
    }
    long keepBytes = (long) bytesMax / 4 * KEEP_QUARTERS;
    int count = 0;
    while (tailBytes > keepBytes
        && count < tail.size()
        && !tail.get(count).index().isAfter(durable)) {
      tailBytes -= tail.get(count).weightBytes();
      count++;
    }
    tail.subList(0, count).clear();
  }

  /** The place in {@code starts} of the term that {@code index} is in; -1 for the base. */
  private int startAt(LogIndex index) {
    int low = 0;
    int high = starts.size() - 1;
    if (high >= 0 && !starts.get(high).first().isAfter(index)) {
      return high; // Nearly all questions are about the newest term.
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (starts.get(middle).first().isAfter(index)) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }
}
