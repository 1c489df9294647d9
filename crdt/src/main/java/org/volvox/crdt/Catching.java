package org.volvox.crdt;

import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;

/**
 * How a replica that is far behind merges all atoms of another with its own. The merged ones are
 * staged beside its own, with which it goes on until all are there.
 */
final class Catching {
  /** Ticks without an answer after which it is given up. */
  private static final int TICKS_MAX = 20;

  private final ReplicaRules rules;
  private long scans;
  private @Nullable Scan scan;

  private static final class Scan {
    final NodeId of;
    final ReplicaId replica;
    final long number;
    final long generation;

    /** What of the other is staged ends before this key. */
    Bytes next = Bytes.EMPTY;

    Optional<Message.Moment> moment = Optional.empty();
    int ticks;

    Scan(NodeId of, ReplicaId replica, long number, long generation) {
      this.of = of;
      this.replica = replica;
      this.number = number;
      this.generation = generation;
    }
  }

  Catching(ReplicaRules rules) {
    this.rules = rules;
  }

  boolean isOn() {
    return scan != null;
  }

  /** The generation of the atoms that are staged, or one that is none's. */
  long generation() {
    Scan on = scan;
    return on == null ? -1 : on.generation;
  }

  /** Whether it is on; asks again then, since the last question or its answer may be lost. */
  boolean tick(AtomStore.Self self, Consumer<ReplicaEffect> effects) {
    Scan on = scan;
    if (on == null) {
      return false;
    }
    if (++on.ticks > TICKS_MAX) {
      scan = null;
      return false;
    }
    ask(on, self, effects);
    return true;
  }

  private static void ask(Scan on, AtomStore.Self self, Consumer<ReplicaEffect> effects) {
    effects.accept(
        new ReplicaEffect.Send(
            on.of, new Message.Scan(self.id(), self.base(), on.number, on.next)));
  }

  AtomStore.Self begin(
      NodeId from, Message.Behind behind, AtomStore.Self self, Consumer<ReplicaEffect> effects) {
    if (scan != null || self.base().covers(behind.base())) {
      return self;
    }
    AtomStore.Generations generations = self.generations();
    Scan on = new Scan(from, behind.sender(), ++scans, generations.last() + 1);
    scan = on;
    ask(on, self, effects);
    return self.with(new AtomStore.Generations(generations.current(), on.generation));
  }

  /** A change of this replica is made to what is staged as well. */
  void changed(Operation operation, AtomStore atoms) {
    Scan on = scan;
    if (on != null && operation.key().encode().compareTo(on.next) < 0 && rules.changesStaged()) {
      new Applying(rules, atoms).change(on.generation, operation);
    }
  }

  AtomStore.Self take(
      NodeId from,
      Message.Range range,
      AtomStore.Self self,
      AtomStore atoms,
      Consumer<ReplicaEffect> effects) {
    Scan on = scan;
    if (on == null || !isNext(from, range, on)) {
      return self;
    }
    on.ticks = 0;
    on.moment = Optional.of(range.moment());
    stage(on, range, self, atoms);
    Optional<Bytes> to = range.part().to();
    if (to.isPresent()) {
      on.next = to.get();
      ask(on, self, effects);
      return self;
    }
    scan = null;
    return adopt(on, range.moment(), self, atoms);
  }

  private static boolean isNext(NodeId from, Message.Range range, Scan on) {
    return from.equals(on.of)
        && range.sender().equals(on.replica)
        && range.scan() == on.number
        && range.part().from().equals(on.next)
        && on.moment.map(range.moment()::equals).orElse(true);
  }

  private void stage(Scan on, Message.Range range, AtomStore.Self self, AtomStore atoms) {
    TreeMap<Bytes, Message.Piece> mine = new TreeMap<>();
    Message.Part part = range.part();
    atoms.atoms(
        self.generations().current(),
        part.from(),
        piece -> {
          Bytes key = piece.key().encode();
          boolean isIn = part.to().map(to -> key.compareTo(to) < 0).orElse(true);
          if (isIn) {
            mine.put(key, piece);
          }
          return isIn;
        });
    for (Message.Piece theirs : part.pieces()) {
      Message.@Nullable Piece own = mine.remove(theirs.key().encode());
      Atom before = own == null ? Atom.NONE : own.atom();
      put(on, theirs.key(), before.join(self.base(), theirs.atom(), range.base()), atoms);
    }
    for (Message.Piece own : mine.values()) {
      Atom left =
          rules.removesInScans()
              ? own.atom().join(self.base(), Atom.NONE, range.base())
              : own.atom();
      put(on, own.key(), left, atoms);
    }
  }

  private static void put(Scan on, AtomKey key, Atom atom, AtomStore atoms) {
    if (!atom.isNone()) {
      atoms.atom(on.generation, key, atom);
    }
  }

  /** What is staged counts from now on. */
  private static AtomStore.Self adopt(
      Scan on, Message.Moment moment, AtomStore.Self self, AtomStore atoms) {
    Versions theirs = moment.base();
    Versions cut = self.cut();
    for (ReplicaId replica : theirs.counts().keySet()) {
      long known = self.base().count(replica);
      if (theirs.count(replica) > known) {
        atoms.forget(replica, cut.count(replica), known);
        cut = cut.with(new Dot(replica, theirs.count(replica))); // They came without operations.
      }
    }
    return new AtomStore.Self(
        self.id(),
        Applying.later(self.clock(), moment.clock()),
        self.base().merge(theirs),
        cut,
        self.applied(),
        new AtomStore.Generations(on.generation, on.generation));
  }
}
