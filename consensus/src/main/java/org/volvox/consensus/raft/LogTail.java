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
 *   <li>Indexes are contiguous from 1, terms never fall.
 *   <li>An entry leaves memory only when it is durable, so disk or memory has every entry.
 * </ol>
 *
 * A snapshot's last (index, term) will take the place of index zero here.
 */
final class LogTail {
  /** Dropping a quarter at a time makes dropping cheap on average. */
  private static final int KEEP_QUARTERS = 3;

  private final int bytesMax;
  private final List<Recovered.TermStart> starts;
  private final List<Entry> tail;
  private long tailBytes;
  private LogIndex last;

  LogTail(Recovered recovered, int bytesMax) {
    this.bytesMax = bytesMax;
    starts = new ArrayList<>(recovered.termStarts());
    tail = new ArrayList<>(recovered.tail());
    last = recovered.lastIndex();
    for (Entry entry : tail) {
      tailBytes += entry.weightBytes();
    }
    dropDurable(last);
  }

  LogIndex lastIndex() {
    return last;
  }

  Term lastTerm() {
    return starts.isEmpty() ? Term.ZERO : starts.getLast().term();
  }

  /** The first index held in memory; one behind the last if none is. */
  LogIndex firstHeld() {
    return new LogIndex(last.value() - tail.size() + 1);
  }

  boolean isHeld(LogIndex index) {
    return !index.isBefore(firstHeld()) && !index.isAfter(last);
  }

  /** The term of an index up to the last; zero's is zero. */
  Term termAt(LogIndex index) {
    Invariant.check(!index.isAfter(last), "term asked beyond the log", index, last);
    int at = startAt(index);
    return at < 0 ? Term.ZERO : starts.get(at).term();
  }

  boolean has(LogIndex index, Term term) {
    return !index.isAfter(last) && termAt(index).equals(term);
  }

  /** The last index up to {@code limit} whose term is at most {@code term}. */
  LogIndex lastWithTermAtMost(LogIndex limit, Term term) {
    LogIndex end = limit.isAfter(last) ? last : limit;
    int at = startAt(end);
    while (at >= 0 && starts.get(at).term().isAfter(term)) {
      end = starts.get(at).first().previous();
      at--;
    }
    return end;
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

  /** The place in {@code starts} of the term that {@code index} is in; -1 for index zero. */
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
