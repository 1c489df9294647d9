package org.volvox.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.clock.HybridTime;

/** What replicas tell each other. All of it may be lost, doubled, late or out of order. */
public sealed interface Message {
  /** Who says so. */
  ReplicaId sender();

  /** The operations that the sender has applied. */
  Versions base();

  /**
   * What have you that I have not?
   *
   * @param wantsQuestion whether to ask back if the asker has more
   */
  record Ask(ReplicaId sender, Versions base, boolean wantsQuestion) implements Message {}

  /**
   * Operations in an order in which each follows all that it knew of.
   *
   * @param needs what must have been applied before the first
   * @param isMore whether another question brings more
   */
  record Operations(
      ReplicaId sender, Versions base, Versions needs, List<Operation> operations, boolean isMore)
      implements Message {
    public Operations {
      operations = List.copyOf(operations);
    }

    /**
     * Both in one, where the next begins with what is applied behind this one; empty if it does not
     * or if that were more than about so many bytes.
     */
    public Optional<Operations> and(Operations next, int bytesMax) {
      boolean follows = !isMore && sender.equals(next.sender) && next.needs.equals(base);
      if (!follows || bytes() + next.bytes() > bytesMax) {
        return Optional.empty();
      }
      List<Operation> both = new ArrayList<>(operations);
      both.addAll(next.operations);
      return Optional.of(new Operations(sender, next.base, needs, both, next.isMore));
    }

    private int bytes() {
      return operations.stream().mapToInt(Operation::size).sum();
    }
  }

  /** What the asker has not is logged no more: it has to take all atoms. */
  record Behind(ReplicaId sender, Versions base) implements Message {}

  /** The atoms from this key on, please; {@code scan} names the whole of these questions. */
  record Scan(ReplicaId sender, Versions base, long scan, Bytes from) implements Message {}

  /** An atom and where it is. */
  record Piece(AtomKey key, Atom atom) {}

  /**
   * What a replica had applied when a scan of it began.
   *
   * @param clock at least as late as all of that
   */
  record Moment(Versions base, HybridTime clock) {}

  /** All atoms from one key to before another, or to the end. */
  record Part(Bytes from, Optional<Bytes> to, List<Piece> pieces) {
    public Part {
      pieces = List.copyOf(pieces);
    }
  }

  /** A part of all atoms as they were at a moment. */
  record Range(ReplicaId sender, long scan, Moment moment, Part part) implements Message {
    @Override
    public Versions base() {
      return moment.base();
    }
  }
}
