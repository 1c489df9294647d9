package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** What must be durable before a message that rests on it leaves (figure 2, persistent state). */
public record HardState(Term term, Optional<NodeId> votedFor) {
  public static final HardState INITIAL = new HardState(Term.ZERO, Optional.empty());
}
