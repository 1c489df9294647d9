package org.volvox.node.group;

import org.volvox.base.NodeId;
import org.volvox.consensus.raft.Message;

/** What a Raft group asks for beside what every log does: that its messages leave. */
public interface GroupHost extends LogHost {
  /** Sends to a peer, or drops: Raft repeats what matters. */
  void send(NodeId to, Message message);
}
