package org.volvox.consensus.paxos;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;

/** What proposers ask of acceptors and what these answer. */
public sealed interface PaxosMessage {
  /** A proposer's; an acceptor answers it if it knows no newer set of acceptors. */
  sealed interface Request extends PaxosMessage {}

  /** An acceptor's. */
  sealed interface Reply extends PaxosMessage {}

  /** What is there? Promises nothing. {@code round} tells answers apart. */
  record Look(Bytes key, long round) implements Request {}

  record Seen(Bytes key, long round, Ballot promised, Ballot accepted, Register register)
      implements Reply {}

  /** Phase 1a. */
  record Prepare(Bytes key, Ballot ballot) implements Request {}

  /** Phase 1b. */
  record Promise(Bytes key, Ballot ballot, Ballot accepted, Register register) implements Reply {}

  /**
   * Phase 2a. Whoever accepts promises {@code then} as well, so that the same proposer's next
   * change begins with this phase.
   */
  record Accept(Bytes key, Ballot ballot, Ballot then, Register register) implements Request {}

  /** Phase 2b. */
  record Accepted(Bytes key, Ballot ballot) implements Reply {}

  /** {@code ballot} is below what was promised to another. */
  record Refused(Bytes key, Ballot ballot, Ballot promised) implements Reply {}

  /** All acceptors have accepted by this ballot that the key has no value. */
  record Forget(Bytes key, Ballot ballot) implements Request {}

  /**
   * Which keys behind {@code after} have been accepted? {@code forgotten} is the newest time that
   * an acceptor has told.
   */
  record Survey(long round, Optional<Bytes> after, long forgotten) implements Request {}

  /** The first of them, in order, and whether there are more. */
  record Surveyed(long round, List<Bytes> keys, boolean hasMore, long forgotten) implements Reply {
    public Surveyed {
      keys = List.copyOf(keys);
    }
  }

  /**
   * The request came from who knows an older set of acceptors than the one that this comes with.
   */
  record Outdated() implements Reply {}
}
