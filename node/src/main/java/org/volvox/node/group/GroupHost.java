package org.volvox.node.group;

import java.util.Set;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.machine.Stamp;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;

/**
 * What a group asks of the node that it lives in; called by the group's threads, must not block.
 */
public interface GroupHost {
  /** Sends to a peer, or drops: Raft repeats what matters. */
  void send(NodeId to, Message message);

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

  /** The group cannot go on: a failed write or a broken invariant. The node must stop. */
  void failed(String doing, Throwable cause);
}
