package org.volvox.consensus.repair;

import org.volvox.base.LogIndex;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Recovered;

/** What members say to each other while one repairs its log. */
public sealed interface RepairMessage {
  /**
   * Asks for entries without gaps that end with one of a certain name.
   *
   * @param first what is before it is of no use
   * @param last the last one's index and term
   * @param end the last index that who asks has anything of
   */
  record Ask(LogIndex first, Recovered.Place last, LogIndex end) implements RepairMessage {}

  /**
   * Answers an ask.
   *
   * @param last repeats what was asked for
   * @param committed an entry that is committed, none behind the end of who asks; ZERO for none
   */
  record Answer(Recovered.Place last, Recovered.Place committed, Reply reply)
      implements RepairMessage {}

  /** What came of it. */
  sealed interface Reply {
    /** The entries, at least the last one. */
    record Found(Salvaged.Run run) implements Reply {}

    /** The log begins behind it: a snapshot has what became of it. */
    record Purged() implements Reply {}

    /** There is no such entry here, or it cannot be read. */
    record Absent() implements Reply {}
  }
}
