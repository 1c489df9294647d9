package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.NodeId;

/**
 * Who granted a vote or pre-vote; the last answer of a voter counts. Grants of others than voters
 * do no harm: a {@link Quorum} does not ask for them. Used by {@link Election}.
 */
record Ballot(List<NodeId> granted) {
  static final Ballot EMPTY = new Ballot(List.of());

  Ballot {
    granted = List.copyOf(granted);
  }

  Ballot withGrant(NodeId voter) {
    if (granted.contains(voter)) {
      return this;
    }
    List<NodeId> more = new ArrayList<>(granted);
    more.add(voter);
    return new Ballot(more);
  }

  Ballot withRefusal(NodeId voter) {
    return new Ballot(granted.stream().filter(id -> !id.equals(voter)).toList());
  }

  boolean isWon(Quorum quorum) {
    return quorum.isReached(granted::contains);
  }
}
