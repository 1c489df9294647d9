package org.volvox.consensus.raft;

import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;

/** One entry of the replicated log; the payload is opaque to Raft. */
public record Entry(Term term, LogIndex index, Kind kind, Bytes payload) {
  /**
   * NOOP opens a term (section 8); COMMAND goes to the state machine; MEMBERS has a {@link
   * Membership}, in force from where it stands in the log (section 6).
   */
  public enum Kind {
    NOOP,
    COMMAND,
    MEMBERS
  }

  /** What the entry weighs in every limit in bytes. */
  public int weightBytes() {
    return payload.length() + 32;
  }
}
