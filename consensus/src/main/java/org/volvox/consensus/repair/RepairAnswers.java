package org.volvox.consensus.repair;

import java.util.Optional;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Recovered.Place;
import org.volvox.consensus.raft.Rules;

/** What a member answers to one that repairs its log, from its own; called by the shells. */
public final class RepairAnswers {
  /** Entries in an answer weigh no more, unless it is one: what a link carries in a moment. */
  static final int ANSWER_BYTES_MAX = 256 << 10;

  private RepairAnswers() {}

  /**
   * Of a member that takes part.
   *
   * @param applied the last entry that was applied, which may be ahead of the log on disk
   */
  public static RepairMessage.Answer of(
      RaftWal log, Place applied, RepairMessage.Ask ask, Rules rules) throws DiskException {
    Place last = named(log.termAt(ask.last().index()), ask.last(), rules);
    Optional<Salvaged.Run> run = log.run(last, ask.first(), ANSWER_BYTES_MAX);
    boolean holds = log.termAt(applied.index()).equals(Optional.of(applied.term()));
    Place committed = committed(applied, ask.end());
    if (applied.index().isAfter(ask.end()) && holds) {
      // The log that holds a committed entry has the right ones before it.
      committed = log.termAt(ask.end()).map(term -> new Place(ask.end(), term)).orElse(Place.ZERO);
    }
    return answer(ask, committed, run, applied.index());
  }

  /** Of a member that repairs its own log. */
  public static RepairMessage.Answer of(
      Salvaged log, Place state, RepairMessage.Ask ask, Rules rules) throws DiskException {
    Place last = named(log.termAt(ask.last().index()), ask.last(), rules);
    Optional<Salvaged.Run> run = log.run(last, ask.first(), ANSWER_BYTES_MAX);
    return answer(ask, committed(state, ask.end()), run, state.index());
  }

  /** Says what was asked for; a broken rule takes whatever is at that index. */
  private static Place named(Optional<Term> here, Place asked, Rules rules) {
    return rules.matchesWhatFollows()
        ? asked
        : here.map(term -> new Place(asked.index(), term)).orElse(asked);
  }

  private static Place committed(Place applied, LogIndex end) {
    return applied.index().isAfter(end) ? Place.ZERO : applied;
  }

  private static RepairMessage.Answer answer(
      RepairMessage.Ask ask, Place committed, Optional<Salvaged.Run> run, LogIndex applied) {
    RepairMessage.Reply reply =
        run.<RepairMessage.Reply>map(RepairMessage.Reply.Found::new)
            .orElseGet(() ->
                applied.isBefore(ask.last().index())
                    ? new RepairMessage.Reply.Absent()
                    : new RepairMessage.Reply.Purged());
    return new RepairMessage.Answer(ask.last(), committed, reply);
  }
}
