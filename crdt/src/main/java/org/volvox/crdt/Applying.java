package org.volvox.crdt;

import java.util.List;
import org.volvox.base.clock.HybridTime;

/** Applies operations to the atoms of a store. */
record Applying(ReplicaRules rules, AtomStore atoms) {

  /** Applies one that is new and next. */
  AtomStore.Self apply(AtomStore.Self self, Operation operation) {
    AtomStore.Self after =
        self.with(self.base().with(operation.dot()), later(self.clock(), operation.at()));
    change(self.generations().current(), operation);
    atoms.log(new AtomStore.Logged(after.applied(), operation));
    return after;
  }

  /** Only the atom. */
  void change(long generation, Operation operation) {
    Atom before = atoms.atom(generation, operation.key());
    boolean isTotal = operation.content().isEmpty() && !rules.removesWhatItKnows();
    Operation shown =
        isTotal
            ? new Operation(
                operation.dot(),
                operation.key(),
                List.copyOf(before.live().keySet()),
                operation.at(),
                operation.content())
            : operation;
    atoms.atom(generation, operation.key(), before.apply(shown));
  }

  static HybridTime later(HybridTime one, HybridTime other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
