package org.volvox.consensus.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered.TermStart;

/**
 * What the log knows of one group in memory: state, bounds, term starts, and a sparse index of
 * where entries are. Recovery and appending feed it the same records; only the log uses it.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Entries from a mark's index up to the next mark's lie in the mark's segment, in order,
 *       behind the mark, and none of them was replaced: a replaced index has a mark of its own.
 *   <li>Term starts and marks ascend; the tail is the end of the log without gaps.
 * </ol>
 */
final class GroupLog {
  /** A mark at least each so many bytes: what a read may have to skip, and 40 bytes of memory. */
  static final int MARK_DISTANCE_BYTES = 64 << 10;

  /** Where an entry is: its frame, and which record of that frame. */
  record Mark(long index, Place frame, int record) {}

  private final int group;
  private final int tailBytesMax;
  private final List<TermStart> termStarts = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final Deque<Entry> tail = new ArrayDeque<>();
  private final List<Entry> members = new ArrayList<>();
  private HardState state = HardState.INITIAL;
  private LogIndex baseIndex = LogIndex.ZERO;
  private Term baseTerm = Term.ZERO;
  private LogIndex lastIndex = LogIndex.ZERO;
  private Term lastTerm = Term.ZERO;
  private long tailBytes;
  private boolean keepsTail = true;
  private boolean empty = true;

  GroupLog(int group, int tailBytesMax) {
    this.group = group;
    this.tailBytesMax = tailBytesMax;
  }

  HardState state() {
    return state;
  }

  LogIndex baseIndex() {
    return baseIndex;
  }

  Term baseTerm() {
    return baseTerm;
  }

  LogIndex lastIndex() {
    return lastIndex;
  }

  Term lastTerm() {
    return lastTerm;
  }

  List<TermStart> termStarts() {
    return List.copyOf(termStarts);
  }

  /** The newest entries, and from now on none are kept. */
  List<Entry> takeTail() {
    List<Entry> entries = List.copyOf(tail);
    tail.clear();
    keepsTail = false;
    return entries;
  }

  /** The memberships behind the base; from {@link #takeTail} on none are kept. */
  List<Entry> takeMembers() {
    List<Entry> entries = List.copyOf(members);
    members.clear();
    return entries;
  }

  WalRecord.Checkpoint checkpoint() {
    return new WalRecord.Checkpoint(group, state, baseIndex, baseTerm, lastIndex, lastTerm);
  }

  /**
   * Takes a record over that is in the log at (frame, record); says what is wrong with it if so.
   */
  Optional<String> add(WalRecord next, Place frame, int record) {
    Optional<String> wrong =
        switch (next) {
          case WalRecord.Append(_, var entry) ->
              add(entry, new Mark(entry.index().value(), frame, record));
          case WalRecord.State(_, var newState) -> {
            state = newState;
            yield Optional.empty();
          }
          case WalRecord.Purge(_, var index, var term) -> purge(index, term);
          case WalRecord.Restart(_, var index, var term) -> restart(index, term);
          case WalRecord.Checkpoint checkpoint -> check(checkpoint);
        };
    empty = false;
    return wrong;
  }

  /** The term of an entry that the log has, as far as term starts tell. */
  Term termAt(LogIndex index) {
    Term term = baseTerm;
    for (TermStart start : termStarts) {
      if (start.first().compareTo(index) > 0) {
        break;
      }
      term = start.term();
    }
    return index.equals(lastIndex) ? lastTerm : term;
  }

  private Optional<String> add(Entry entry, Mark mark) {
    Term before = termAt(new LogIndex(Math.max(0, entry.index().value() - 1)));
    if (entry.index().compareTo(baseIndex) <= 0 || entry.index().value() > lastIndex.value() + 1) {
      return wrong(entry, " where it has " + baseIndex.next() + ".." + lastIndex);
    }
    if (entry.term().compareTo(before) < 0) {
      return wrong(entry, " behind one of term " + before);
    }
    boolean replaces = entry.index().compareTo(lastIndex) <= 0;
    if (replaces) {
      dropFrom(entry.index());
    }
    if (replaces || marks.isEmpty() || isFar(marks.getLast().frame(), mark.frame())) {
      marks.add(mark);
    }
    if (termStarts.isEmpty() || !termStarts.getLast().term().equals(entry.term())) {
      termStarts.add(new TermStart(entry.term(), entry.index()));
    }
    lastIndex = entry.index();
    lastTerm = entry.term();
    if (keepsTail) {
      keep(entry);
    }
    return Optional.empty();
  }

  private Optional<String> wrong(Entry entry, String why) {
    return Optional.of(
        "group " + group + " has entry " + entry.index() + " of term " + entry.term() + why);
  }

  private static boolean isFar(Place from, Place to) {
    return from.segment() != to.segment() || to.offset() - from.offset() >= MARK_DISTANCE_BYTES;
  }

  private void dropFrom(LogIndex index) {
    while (!termStarts.isEmpty() && termStarts.getLast().first().compareTo(index) >= 0) {
      termStarts.removeLast();
    }
    while (!marks.isEmpty() && marks.getLast().index() >= index.value()) {
      marks.removeLast();
    }
    while (!tail.isEmpty() && tail.getLast().index().compareTo(index) >= 0) {
      tailBytes -= tail.removeLast().weightBytes();
    }
    members.removeIf(entry -> entry.index().compareTo(index) >= 0);
  }

  private void keep(Entry entry) {
    tail.addLast(entry);
    tailBytes += entry.weightBytes();
    if (entry.kind() == Entry.Kind.MEMBERS) {
      members.add(entry);
    }
    while (tailBytes > tailBytesMax) {
      tailBytes -= tail.removeFirst().weightBytes();
    }
  }

  private Optional<String> purge(LogIndex index, Term term) {
    if (index.compareTo(baseIndex) <= 0) {
      return Optional.empty();
    }
    if (index.compareTo(lastIndex) >= 0) {
      return restart(index, term);
    }
    Term next = termAt(index.next());
    termStarts.removeIf(start -> start.first().compareTo(index) <= 0);
    if (termStarts.isEmpty() || termStarts.getFirst().first().compareTo(index.next()) > 0) {
      termStarts.addFirst(new TermStart(next, index.next()));
    }
    int floor = floorMark(index.next());
    marks.subList(0, Math.max(0, floor)).clear();
    while (!tail.isEmpty() && tail.getFirst().index().compareTo(index) <= 0) {
      tailBytes -= tail.removeFirst().weightBytes();
    }
    members.removeIf(entry -> entry.index().compareTo(index) <= 0);
    baseIndex = index;
    baseTerm = term;
    return Optional.empty();
  }

  /** A snapshot takes the place of the log, even of entries behind it that contradict it. */
  private Optional<String> restart(LogIndex index, Term term) {
    termStarts.clear();
    marks.clear();
    tail.clear();
    members.clear();
    tailBytes = 0;
    lastIndex = index;
    lastTerm = term;
    baseIndex = index;
    baseTerm = term;
    return Optional.empty();
  }

  /**
   * The last entry that may go if the segments from {@code segment} on are to stay whole; the base
   * if there is none.
   */
  LogIndex lastBefore(long segment) {
    for (Mark mark : marks) {
      if (mark.frame().segment() >= segment) {
        LogIndex before = new LogIndex(mark.index() - 1);
        return before.compareTo(baseIndex) > 0 ? before : baseIndex;
      }
    }
    return lastIndex;
  }

  private Optional<String> check(WalRecord.Checkpoint checkpoint) {
    if (empty) {
      state = checkpoint.state();
      baseIndex = checkpoint.baseIndex();
      baseTerm = checkpoint.baseTerm();
      lastIndex = checkpoint.lastIndex();
      lastTerm = checkpoint.lastTerm();
      return Optional.empty();
    }
    return checkpoint.equals(checkpoint())
        ? Optional.empty()
        : Optional.of("the segment begins with " + checkpoint + ", before it was " + checkpoint());
  }

  /** The first entry that should be here and is not: behind the base, before the first mark. */
  Optional<LogIndex> missing() {
    boolean whole =
        lastIndex.equals(baseIndex)
            || (!marks.isEmpty() && marks.getFirst().index() <= baseIndex.value() + 1);
    return whole ? Optional.empty() : Optional.of(baseIndex.next());
  }

  /** The number of the last mark at or before the entry; -1 if all are behind it. */
  private int floorMark(LogIndex index) {
    int low = 0;
    int high = marks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (marks.get(middle).index() <= index.value()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Where to begin to read for an entry. */
  Optional<Mark> markFor(LogIndex index) {
    int floor = floorMark(index);
    return floor < 0 || index.compareTo(lastIndex) > 0
        ? Optional.empty()
        : Optional.of(marks.get(floor));
  }

  /** The last index that is found by reading on from the mark for {@code index}. */
  LogIndex coveredFrom(LogIndex index) {
    int next = floorMark(index) + 1;
    return next < marks.size() ? new LogIndex(marks.get(next).index() - 1) : lastIndex;
  }

  /** The oldest segment that this group still needs entries of, if any. */
  Optional<Long> oldestSegment() {
    return marks.isEmpty() ? Optional.empty() : Optional.of(marks.getFirst().frame().segment());
  }
}
