package org.volvox.consensus.log;

import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Recovered.MembersAt;

/**
 * What a durable state says of the log that made it: it has all entries up to (index, term), and
 * the log of this machine had them durably up to {@code logged} at least. Beyond that the state may
 * be ahead of a log whose end was lost, since others had it; up to there a missing entry is damage.
 *
 * @param members the last membership among what was applied
 */
public record StateAt(LogIndex index, Term term, LogIndex logged, Optional<MembersAt> members) {
  public static final StateAt NOTHING =
      new StateAt(LogIndex.ZERO, Term.ZERO, LogIndex.ZERO, Optional.empty());

  public StateAt {
    if (logged.isAfter(index)) {
      throw new IllegalArgumentException("logged up to " + logged + ", applied up to " + index);
    }
  }
}
