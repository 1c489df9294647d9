package org.volvox.consensus.raft;

import java.util.List;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;

/**
 * What a member finds on its disk when it starts, all of it durable; {@link #NOTHING} for a new
 * one.
 *
 * <ol>
 *   <li>{@code termStarts} has the first entry of each term in the log, in order; the first is
 *       index 1. A snapshot's (index, term) will become the base here.
 *   <li>{@code tail} is the end of the log, as much as the shell cares to hand over, maybe nothing;
 *       the rest is asked for by {@link Effect.ReadEntries}.
 *   <li>{@code commit} is what is known to be committed, at least what was applied; zero is safe.
 * </ol>
 */
public record Recovered(
    HardState hardState,
    LogIndex lastIndex,
    LogIndex commit,
    List<TermStart> termStarts,
    List<Entry> tail) {
  public static final Recovered NOTHING =
      new Recovered(HardState.INITIAL, LogIndex.ZERO, LogIndex.ZERO, List.of(), List.of());

  /** The first entry of a term in a log. */
  public record TermStart(Term term, LogIndex first) {}

  public Recovered {
    termStarts = List.copyOf(termStarts);
    tail = List.copyOf(tail);
    if (commit.compareTo(lastIndex) > 0) {
      throw new IllegalArgumentException(
          "committed up to " + commit + " but the log ends at " + lastIndex);
    }
    checkTerms(hardState.term(), lastIndex, termStarts);
    checkTail(lastIndex, tail);
  }

  private static void checkTerms(Term current, LogIndex last, List<TermStart> starts) {
    if (starts.isEmpty() != last.equals(LogIndex.ZERO)
        || (!starts.isEmpty() && starts.getFirst().first().value() != 1)) {
      throw new IllegalArgumentException("log up to " + last + " with term starts " + starts);
    }
    for (int i = 0; i < starts.size(); i++) {
      TermStart start = starts.get(i);
      boolean follows =
          i == 0
              || (start.term().compareTo(starts.get(i - 1).term()) > 0
                  && start.first().compareTo(starts.get(i - 1).first()) > 0);
      if (!follows || start.first().compareTo(last) > 0 || start.term().compareTo(current) > 0) {
        throw new IllegalArgumentException(
            "term starts " + starts + " of a log up to " + last + " at term " + current);
      }
    }
  }

  private static void checkTail(LogIndex last, List<Entry> tail) {
    long expected = last.value() - tail.size() + 1;
    for (Entry entry : tail) {
      if (entry.index().value() != expected) {
        throw new IllegalArgumentException(
            "entry " + entry.index() + " where the tail should have " + expected);
      }
      expected++;
    }
  }
}
