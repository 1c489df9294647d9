package org.volvox.crdt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;

/**
 * How a {@link Replica} learns what others have, and they what it has. A change goes to all peers
 * at once; what that loses, a question to one peer after the other brings. A peer that was away for
 * longer than the log of operations reaches takes all atoms of another.
 */
final class Exchange {
  private final ReplicaConfig config;
  private final ReplicaRules rules;
  private final Answers answers;
  private final Catching catching;
  private final Map<NodeId, Versions> known = new TreeMap<>();
  private List<NodeId> peers = List.of();
  private int turn;

  /** Whether somebody was asked since the last tick because something was missing. */
  private boolean hasAsked;

  Exchange(ReplicaConfig config, ReplicaRules rules, OrderedStore store) {
    this.config = config;
    this.rules = rules;
    this.answers = new Answers(config, rules, store);
    this.catching = new Catching(rules);
  }

  void peers(List<NodeId> of) {
    peers = of;
    known.keySet().retainAll(of);
    answers.peers(of);
  }

  /** Tells all of a change that was just made. */
  void tell(
      AtomStore.Self before,
      AtomStore.Self after,
      Operation operation,
      AtomStore atoms,
      Consumer<ReplicaEffect> effects) {
    catching.changed(operation, atoms);
    Message message =
        new Message.Operations(after.id(), after.base(), before.base(), List.of(operation), false);
    peers.forEach(peer -> effects.accept(new ReplicaEffect.Send(peer, message)));
  }

  /** Asks the next peer, and tidies up a little. */
  AtomStore.Self tick(AtomStore.Self self, AtomStore atoms, Consumer<ReplicaEffect> effects) {
    hasAsked = false;
    answers.tick();
    if (!catching.tick(self, effects) && !peers.isEmpty()) {
      turn = (turn + 1) % peers.size();
      ask(peers.get(turn), self, true, effects);
    }
    atoms.sweep(self.generations(), catching.generation(), config.tidyMax());
    return cutLog(self, atoms);
  }

  private static void ask(
      NodeId peer, AtomStore.Self self, boolean wantsQuestion, Consumer<ReplicaEffect> effects) {
    effects.accept(
        new ReplicaEffect.Send(peer, new Message.Ask(self.id(), self.base(), wantsQuestion)));
  }

  /** Forgets operations that all have, and the oldest of too many. */
  private AtomStore.Self cutLog(AtomStore.Self self, AtomStore atoms) {
    Versions everybody = self.base();
    for (NodeId peer : peers) {
      everybody = everybody.common(known.getOrDefault(peer, Versions.NONE));
    }
    Versions cut = self.cut();
    for (Map.Entry<ReplicaId, Long> each : self.base().counts().entrySet()) {
      ReplicaId replica = each.getKey();
      long after = cut.count(replica);
      long end = Math.max(everybody.count(replica), each.getValue() - config.logMax());
      if (end > after) {
        long upTo = Math.min(end, after + config.tidyMax());
        atoms.forget(replica, after, upTo);
        cut = cut.with(new Dot(replica, upTo));
      }
    }
    return self.cutTo(cut);
  }

  AtomStore.Self receive(
      ReplicaInput.Received received,
      AtomStore.Self self,
      AtomStore atoms,
      Consumer<ReplicaEffect> effects) {
    NodeId from = received.from();
    if (!peers.contains(from) || received.message().sender().equals(self.id())) {
      return self;
    }
    return switch (received.message()) {
      case Message.Ask ask -> {
        answer(from, ask, self, atoms, effects);
        yield self;
      }
      case Message.Operations told -> take(from, told, self, atoms, effects);
      case Message.Behind behind -> catching.begin(from, behind, self, effects);
      case Message.Scan scan -> {
        answers
            .range(from, scan, self)
            .ifPresent(range -> effects.accept(new ReplicaEffect.Send(from, range)));
        yield self;
      }
      case Message.Range range -> catching.take(from, range, self, atoms, effects);
    };
  }

  private void answer(
      NodeId from,
      Message.Ask ask,
      AtomStore.Self self,
      AtomStore atoms,
      Consumer<ReplicaEffect> effects) {
    known.put(from, ask.base());
    Optional<Message> answer = answers.answer(ask.base(), self, atoms);
    answer.ifPresent(message -> effects.accept(new ReplicaEffect.Send(from, message)));
    if (ask.wantsQuestion() && !catching.isOn() && !self.base().covers(ask.base())) {
      ask(from, self, false, effects);
    }
  }

  private AtomStore.Self take(
      NodeId from,
      Message.Operations told,
      AtomStore.Self before,
      AtomStore atoms,
      Consumer<ReplicaEffect> effects) {
    if (catching.isOn() && rules.scansAlone()) {
      return before;
    }
    if (!before.base().covers(told.needs()) && rules.keepsCausalOrder()) {
      if (!hasAsked) {
        hasAsked = true;
        ask(from, before, false, effects);
      }
      return before;
    }
    Applying applying = new Applying(rules, atoms);
    AtomStore.Self self = before;
    for (Operation operation : told.operations()) {
      if (isNext(operation.dot(), self.base())) {
        self = applying.apply(self, operation);
      }
    }
    if (told.isMore() && !self.equals(before)) {
      ask(from, self, false, effects);
    }
    return self;
  }

  private boolean isNext(Dot dot, Versions base) {
    long have = base.count(dot.replica());
    boolean isKnown = dot.count() <= have;
    return isKnown ? !rules.skipsKnown() : dot.count() == have + 1;
  }
}
