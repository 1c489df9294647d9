package org.volvox.node.group;

import java.util.Set;
import org.volvox.base.LogIndex;
import org.volvox.base.machine.Stamp;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;

/**
 * What a log asks of the node that it lives in, whatever its engine; called by the log's threads,
 * must not block.
 */
public interface LogHost {
  /** The stamp of a command that is about to be proposed. */
  Stamp stamp();

  /** The role, the term or the known leader changed. */
  void roleChanged(Effect.RoleChanged change);

  /** Another membership, of the entry at this index, is in force: connections follow it. */
  void membersChanged(Membership members, LogIndex index);

  /** This node surely belongs to the cluster no more. The node must stop. */
  void removed();

  /** Commands of these ranges of types (their upper byte) have just taken effect in the store. */
  void applied(Set<Integer> ranges);

  /** Runs what answers many who wait, and lets their answers leave together. */
  default void together(Runnable answers) {
    answers.run();
  }

  /** The log cannot go on: a failed write or a broken invariant. The node must stop. */
  void failed(String doing, Throwable cause);
}
