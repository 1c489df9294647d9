package org.volvox.consensus.raft;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.volvox.base.NodeId;
import org.volvox.consensus.quorum.Majority;

/**
 * What the voters of a membership agree on: a majority, in a joint configuration one of the old and
 * one of the new voters (section 6). One for each membership in force.
 */
final class Quorum {
  private final List<NodeId> old;
  private final List<NodeId> fresh;
  private final boolean joint;
  private final long[] oldValues;
  private final long[] freshValues;

  Quorum(Membership members) {
    old = members.oldVoters();
    fresh = members.newVoters();
    joint = members.isJoint();
    oldValues = new long[old.size()];
    freshValues = new long[fresh.size()];
  }

  /** The greatest value that a quorum has reached. */
  long agreed(ToLongFunction<NodeId> value) {
    long agreed = agreed(old, oldValues, value);
    return joint ? Math.min(agreed, agreed(fresh, freshValues, value)) : agreed;
  }

  /** Whether a quorum is among those chosen. */
  boolean isReached(Predicate<NodeId> chosen) {
    return agreed(id -> chosen.test(id) ? 1 : 0) == 1;
  }

  private static long agreed(List<NodeId> voters, long[] values, ToLongFunction<NodeId> value) {
    for (int i = 0; i < values.length; i++) {
      values[i] = value.applyAsLong(voters.get(i));
    }
    return Majority.agreed(values);
  }
}
