package org.volvox.crdt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.clock.HybridTime;

/**
 * The data of one node: takes changes at once, whoever else is there, and exchanges them with the
 * other replicas. What it says to callers or replicas waits until it is durable here: a dot that a
 * crash forgets is known to nobody.
 *
 * <p>A core: one thread calls it, and it never waits.
 */
public final class Replica implements AutoCloseable {
  private final ReplicaRules rules;
  private final OrderedStore store;
  private final Exchange exchange;
  private final int tidyMax;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private AtomStore.Self self;
  private long written;
  private long flushed;

  /** An effect that waits for a write. */
  private record Held(long write, ReplicaEffect effect) {}

  /** A replica on its store; a store without one gets the fresh id. */
  public Replica(ReplicaConfig config, ReplicaRules rules, OrderedStore store) {
    this.rules = rules;
    this.store = store;
    try (OrderedStore.Batch batch = store.batch()) {
      self = new AtomStore(batch).self().orElse(AtomStore.Self.fresh(config.fresh()));
    }
    this.exchange = new Exchange(config, rules, store);
    this.tidyMax = config.tidyMax();
  }

  public ReplicaId id() {
    return self.id();
  }

  /** The operations that it has applied. */
  public Versions base() {
    return self.base();
  }

  /** An atom as it is now, perhaps not durable yet. */
  public Atom peek(AtomKey key) {
    try (OrderedStore.Batch batch = store.batch()) {
      return atom(new AtomStore(batch), key);
    }
  }

  /**
   * What is here now, for readers that wait for nobody. All of it must be durable: whatever was
   * written was flushed, and this replica was told so.
   */
  public ReplicaView view() {
    if (written > flushed) {
      throw new IllegalStateException(
          "a view of write " + written + ", of which only those up to " + flushed + " are durable");
    }
    return new ReplicaView(
        store.snapshot(),
        self.generations().current(),
        new Message.Moment(self.base(), self.clock()));
  }

  /** Takes an input. */
  public void step(ReplicaInput input, Consumer<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.Flushed(var write)) {
      flushed = Math.max(flushed, write);
      while (!held.isEmpty() && held.getFirst().write <= flushed) {
        effects.accept(held.removeFirst().effect);
      }
      return;
    }
    ArrayDeque<ReplicaEffect> out = new ArrayDeque<>();
    try (OrderedStore.Batch batch = store.batch()) {
      AtomStore atoms = new AtomStore(batch);
      AtomStore.Self after = step(input, atoms, out::add);
      if (!after.equals(self)) {
        atoms.self(after);
        self = after;
      }
      if (atoms.isChanged()) {
        batch.commit();
        written++;
        effects.accept(new ReplicaEffect.Flush(written));
      }
    }
    out.forEach(effect -> release(effect, effects));
  }

  private void release(ReplicaEffect effect, Consumer<ReplicaEffect> effects) {
    if (written > flushed && rules.waitsForDisk()) {
      held.add(new Held(written, effect));
    } else {
      effects.accept(effect);
    }
  }

  private AtomStore.Self step(
      ReplicaInput input, AtomStore atoms, Consumer<ReplicaEffect> effects) {
    return switch (input) {
      case ReplicaInput.Do asked -> change(asked, atoms, effects);
      case ReplicaInput.Look(var id, var key) -> {
        effects.accept(new ReplicaEffect.Seen(id, atom(atoms, key), self.base()));
        yield self;
      }
      case ReplicaInput.Range(var id, var range, var limit) -> {
        effects.accept(found(id, range, limit, atoms));
        yield self;
      }
      case ReplicaInput.Received received -> exchange.receive(received, self, atoms, effects);
      case ReplicaInput.Tick _ -> exchange.tick(self, atoms, effects);
      case ReplicaInput.Drop(var space) -> {
        atoms.drop(self.generations().current(), space, tidyMax);
        yield self;
      }
      case ReplicaInput.Peers(var peers) -> {
        exchange.peers(peers);
        yield self;
      }
      case ReplicaInput.Flushed _ -> self;
    };
  }

  private Atom atom(AtomStore atoms, AtomKey key) {
    return atoms.atom(self.generations().current(), key);
  }

  private ReplicaEffect found(long id, AtomRange range, int limit, AtomStore atoms) {
    List<Message.Piece> pieces = new ArrayList<>();
    atoms.atoms(
        self.generations().current(),
        range.from(),
        piece -> {
          boolean isIn = piece.key().encode().compareTo(range.to()) < 0;
          if (isIn) {
            pieces.add(piece);
          }
          return isIn && pieces.size() <= limit;
        });
    if (pieces.size() <= limit) {
      return new ReplicaEffect.Found(id, pieces, Optional.empty(), self.base());
    }
    pieces.removeLast();
    AtomRange rest = pieces.isEmpty() ? range : range.behind(pieces.getLast().key());
    return new ReplicaEffect.Found(id, pieces, Optional.of(rest), self.base());
  }

  private AtomStore.Self change(
      ReplicaInput.Do asked, AtomStore atoms, Consumer<ReplicaEffect> effects) {
    if (!asked.change().fits(asked.key().kind())) {
      effects.accept(
          new ReplicaEffect.Refused(asked.id(), asked.change() + " of a " + asked.key().kind()));
      return self;
    }
    Atom before = atom(atoms, asked.key());
    if (asked.change() instanceof Change.Erase && before.isNone()) {
      effects.accept(new ReplicaEffect.Done(asked.id(), Optional.empty(), self.base()));
      return self;
    }
    Operation operation;
    try {
      operation = operation(asked, before);
    } catch (ArithmeticException full) {
      effects.accept(new ReplicaEffect.Refused(asked.id(), "the counter has counted too far"));
      return self;
    }
    AtomStore.Self after = new Applying(rules, atoms).apply(self, operation);
    effects.accept(new ReplicaEffect.Done(asked.id(), Optional.of(operation.dot()), after.base()));
    exchange.tell(self, after, operation, atoms, effects);
    return after;
  }

  private HybridTime clock(WallTime now) {
    return rules.followsClock() ? self.clock().next(now) : HybridTime.ZERO.next(now);
  }

  private Operation operation(ReplicaInput.Do asked, Atom before) {
    Optional<Bytes> content =
        switch (asked.change()) {
          case Change.Put(var value) -> Optional.of(value);
          case Change.Mark _ -> Optional.of(Bytes.EMPTY);
          case Change.Erase _ -> Optional.empty();
          case Change.Add(var amount) -> Optional.of(own(before).add(amount).encode());
          case Change.Reset _ -> Optional.of(own(before).reset(counted(before)).encode());
        };
    return new Operation(
        new Dot(self.id(), self.base().count(self.id()) + 1),
        asked.key(),
        replaced(asked.key().kind(), before),
        clock(asked.now()),
        content);
  }

  private List<Dot> replaced(Kind kind, Atom before) {
    return before.live().keySet().stream()
        .filter(
            dot -> kind != Kind.COUNTER || !rules.countsApart() || dot.replica().equals(self.id()))
        .toList();
  }

  private Tally own(Atom atom) {
    return atom.live().entrySet().stream()
        .filter(each -> each.getKey().replica().equals(self.id()))
        .map(each -> Tally.stored(each.getValue().content()))
        .findFirst()
        .orElse(Tally.ZERO);
  }

  /** What a reset takes away. */
  private SortedMap<ReplicaId, Tally.Sum> counted(Atom atom) {
    SortedMap<ReplicaId, Tally.Sum> sums = Views.sums(atom);
    if (!rules.resetsByReplica()) {
      sums.keySet().retainAll(List.of(self.id()));
    }
    return sums;
  }

  /** Lets go what other replicas were shown; the store is its owner's. */
  @Override
  public void close() {
    exchange.peers(List.of());
  }
}
