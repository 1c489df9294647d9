package org.volvox.crdt;

import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;

/** What a {@link Replica} is told. */
public sealed interface ReplicaInput {
  /** A caller wants something done; {@code id} is the shell's name for it. */
  record Do(long id, AtomKey key, Change change, WallTime now) implements ReplicaInput {}

  /** A caller wants to know an atom. */
  record Look(long id, AtomKey key) implements ReplicaInput {}

  /** A caller wants to know all atoms of a range, at most so many. */
  record Range(long id, AtomRange range, int limit) implements ReplicaInput {}

  record Received(NodeId from, Message message, WallTime now) implements ReplicaInput {}

  /** All up to this write is durable. */
  record Flushed(long write) implements ReplicaInput {}

  /** A while has passed: time to ask somebody, and to tidy up a little. */
  record Tick() implements ReplicaInput {}

  /**
   * A space is gone for good, and all nodes come to know so: its atoms are deleted, at most as many
   * as are tidied up at a time, and nobody is told. What others still have of it, or change in it,
   * may come back, until they have dropped it as well.
   */
  record Drop(long space) implements ReplicaInput {}

  /** The other nodes that hold replicas. */
  record Peers(List<NodeId> peers) implements ReplicaInput {
    public Peers {
      peers = List.copyOf(peers);
    }
  }
}
