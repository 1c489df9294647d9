package org.volvox.consensus.paxos;

import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/** What happens to a node's Paxos. */
public sealed interface PaxosInput {
  MonoTime now();

  /**
   * A client asks.
   *
   * @param id the shell's name for it, positive; the answer carries it
   * @param until when it is answered at the latest
   */
  record Ask(long id, Query query, MonoTime until, MonoTime now) implements PaxosInput {}

  /**
   * A message has come.
   *
   * @param acceptors those that the sender knew
   */
  record Received(NodeId from, Acceptors acceptors, PaxosMessage message, MonoTime now)
      implements PaxosInput {}

  /** All writes up to that one are durable. */
  record Persisted(long write, MonoTime now) implements PaxosInput {}

  record TimerFired(MonoTime now) implements PaxosInput {}

  /** The cluster has decided who the acceptors are. */
  record Decided(Acceptors acceptors, MonoTime now) implements PaxosInput {}

  /** Whatever was chosen is to be chosen among the acceptors that come, too. */
  record Rescan(MonoTime now) implements PaxosInput {}
}
