package org.volvox.crdt;

import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;

/** What a {@link Replica} wants done. */
public sealed interface ReplicaEffect {
  /** Make durable what is committed, then say {@link ReplicaInput.Flushed} with this number. */
  record Flush(long write) implements ReplicaEffect {}

  /**
   * A change is made and durable.
   *
   * @param dot its name, or empty if there was nothing to erase
   * @param base what the replica has applied: another one that has as well shows this change
   */
  record Done(long id, Optional<Dot> dot, Versions base) implements ReplicaEffect {}

  /** A change that cannot be. */
  record Refused(long id, String why) implements ReplicaEffect {}

  /** An atom, and what its replica has applied. */
  record Seen(long id, Atom atom, Versions base) implements ReplicaEffect {}

  /**
   * Atoms of a range, in the order of their keys, and what their replica has applied.
   *
   * @param next where the rest begins, if there is more
   */
  record Found(long id, List<Message.Piece> pieces, Optional<AtomRange> next, Versions base)
      implements ReplicaEffect {
    public Found {
      pieces = List.copyOf(pieces);
    }
  }

  record Send(NodeId to, Message message) implements ReplicaEffect {}
}
