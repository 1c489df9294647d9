package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;

/**
 * What a member finds on its disk when it starts, all of it durable; {@link #NOTHING} for a new
 * one.
 *
 * <ol>
 *   <li>The log begins behind {@code base}: what it covers is in the state, which is no older.
 *   <li>{@code termStarts} has the first entry of each term in the log, in order; the first is the
 *       entry behind the base.
 *   <li>{@code tail} is the end of the log, as much as the shell cares to hand over, maybe nothing;
 *       the rest is asked for by {@link Effect.ReadEntries}.
 *   <li>{@code commit} is what is known to be committed, at least what was applied; never before
 *       the base.
 *   <li>{@code members} is the last membership that was applied, if any ever was; {@code
 *       memberEntries} are those behind it that the log has.
 * </ol>
 */
public record Recovered(
    HardState hardState,
    Place base,
    LogIndex lastIndex,
    LogIndex commit,
    List<TermStart> termStarts,
    List<Entry> tail,
    Optional<MembersAt> members,
    List<Entry> memberEntries) {
  public static final Recovered NOTHING =
      new Recovered(
          HardState.INITIAL,
          Place.ZERO,
          LogIndex.ZERO,
          LogIndex.ZERO,
          List.of(),
          List.of(),
          Optional.empty(),
          List.of());

  /** The first entry of a term in a log. */
  public record TermStart(Term term, LogIndex first) {}

  /** An index and its term. */
  public record Place(LogIndex index, Term term) {
    public static final Place ZERO = new Place(LogIndex.ZERO, Term.ZERO);
  }

  /** A membership and the entry that made it. */
  public record MembersAt(LogIndex index, Membership members) {}

  public Recovered {
    termStarts = List.copyOf(termStarts);
    tail = List.copyOf(tail);
    memberEntries = List.copyOf(memberEntries);
    if (commit.compareTo(lastIndex) > 0 || commit.compareTo(base.index()) < 0) {
      throw new IllegalArgumentException(
          "committed up to " + commit + " but the log is " + base + " to " + lastIndex);
    }
    checkTerms(hardState.term(), base, lastIndex, termStarts);
    checkTail(base.index(), lastIndex, tail);
  }

  /** A log that was never purged and has no membership. */
  public static Recovered whole(
      HardState hardState,
      LogIndex lastIndex,
      LogIndex commit,
      List<TermStart> termStarts,
      List<Entry> tail) {
    return new Recovered(
        hardState, Place.ZERO, lastIndex, commit, termStarts, tail, Optional.empty(), List.of());
  }

  private static void checkTerms(Term current, Place base, LogIndex last, List<TermStart> starts) {
    if (starts.isEmpty() != last.equals(base.index())
        || (!starts.isEmpty() && !starts.getFirst().first().equals(base.index().next()))
        || base.term().compareTo(current) > 0
        || (!starts.isEmpty() && starts.getFirst().term().compareTo(base.term()) < 0)) {
      throw new IllegalArgumentException(
          "log behind " + base + " up to " + last + " with term starts " + starts);
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

  private static void checkTail(LogIndex base, LogIndex last, List<Entry> tail) {
    long expected = last.value() - tail.size() + 1;
    if (expected <= base.value()) {
      throw new IllegalArgumentException("a tail that begins before the log: " + expected);
    }
    for (Entry entry : tail) {
      if (entry.index().value() != expected) {
        throw new IllegalArgumentException(
            "entry " + entry.index() + " where the tail should have " + expected);
      }
      expected++;
    }
  }
}
