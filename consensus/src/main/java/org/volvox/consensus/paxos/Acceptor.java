package org.volvox.consensus.paxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;

/**
 * The acceptor of one node, for all keys. Used by {@link Paxos} only.
 *
 * <ol>
 *   <li>What it promised and accepted of a key never goes down, also if it forgot the key
 *       meanwhile.
 *   <li>What it tells is durable.
 *   <li>The epoch of its acceptors never goes down.
 * </ol>
 */
final class Acceptor {
  private static final int KEYS_MAX = 64;

  private final Durable durable;
  private final PaxosRules rules;

  /** What is on its way to the disk. */
  private final TreeMap<Bytes, Pending> pending = new TreeMap<>();

  private final ArrayDeque<PaxosEffect.Persist> writes = new ArrayDeque<>();
  private Standing standing;
  private long lastWrite;

  /** The write that clears all keys, while it is not durable; else 0. */
  private long clearing;

  /** What the newest write that is not durable yet makes of a key; empty if it erases it. */
  private record Pending(long write, Optional<AcceptorState> state) {}

  Acceptor(Durable durable, PaxosRules rules) {
    this.durable = durable;
    this.rules = rules;
    standing = durable.standing();
  }

  Acceptors acceptors() {
    return standing.acceptors();
  }

  /** From here on these are the acceptors, and this is one of them or not. */
  void adopt(NodeId self, Acceptors next, Consumer<PaxosEffect> effects) {
    boolean continues = next.continues(self, acceptors()) || !rules.startsAnew();
    if (continues) {
      stand(standing.with(next), List.of(), effects);
    } else {
      standing = standing.with(next);
      pending.clear();
      clearing = write(new PaxosEffect.Update.Clear(standing), List.of(), effects);
    }
  }

  void on(NodeId from, PaxosMessage.Request request, Consumer<PaxosEffect> effects) {
    switch (request) {
      case PaxosMessage.Look look -> onLook(from, look, effects);
      case PaxosMessage.Prepare prepare -> onPrepare(from, prepare, effects);
      case PaxosMessage.Accept accept -> onAccept(from, accept, effects);
      case PaxosMessage.Forget forget -> onForget(forget, effects);
      case PaxosMessage.Survey survey -> onSurvey(from, survey, effects);
    }
  }

  private void onLook(NodeId from, PaxosMessage.Look look, Consumer<PaxosEffect> effects) {
    // As if the question had come before what is on its way, of which nobody can know yet.
    AcceptorState state = stored(look.key()).orElseGet(this::unknown);
    effects.accept(
        send(
            from,
            new PaxosMessage.Seen(
                look.key(), look.round(), state.promised(), state.accepted(), state.register())));
  }

  private void onPrepare(NodeId from, PaxosMessage.Prepare prepare, Consumer<PaxosEffect> effects) {
    AcceptorState now = state(prepare.key());
    if (prepare.ballot().isBelow(now.promised()) && rules.keepsPromises()) {
      effects.accept(refusal(from, prepare.key(), prepare.ballot(), now));
      return;
    }
    put(
        prepare.key(),
        new AcceptorState(prepare.ballot(), now.accepted(), now.register()),
        send(
            from,
            new PaxosMessage.Promise(
                prepare.key(), prepare.ballot(), now.accepted(), now.register())),
        effects);
  }

  private void onAccept(NodeId from, PaxosMessage.Accept accept, Consumer<PaxosEffect> effects) {
    AcceptorState now = state(accept.key());
    if (accept.ballot().isBelow(now.promised()) && rules.keepsPromises()) {
      effects.accept(refusal(from, accept.key(), accept.ballot(), now));
      return;
    }
    put(
        accept.key(),
        new AcceptorState(accept.then(), accept.ballot(), accept.register()),
        send(from, new PaxosMessage.Accepted(accept.key(), accept.ballot())),
        effects);
  }

  private void onForget(PaxosMessage.Forget forget, Consumer<PaxosEffect> effects) {
    AcceptorState now = state(forget.key());
    boolean isUntouched =
        now.accepted().equals(forget.ballot())
            && !forget.ballot().next().isBelow(now.promised())
            && now.register().isErasable();
    if (isUntouched) {
      Standing after = standing.without(now);
      standing = rules.keepsFloor() ? after : new Standing(after.acceptors(), 0, after.forgotten());
      PaxosEffect.Update erase = new PaxosEffect.Update.Erase(forget.key(), standing);
      pending.put(forget.key(), new Pending(write(erase, List.of(), effects), Optional.empty()));
    }
  }

  /** What it tells holds whatever comes from those who know older acceptors: it is fenced. */
  private void onSurvey(NodeId from, PaxosMessage.Survey survey, Consumer<PaxosEffect> effects) {
    TreeSet<Bytes> found =
        new TreeSet<>(clearing > 0 ? List.of() : durable.keys(survey.after(), KEYS_MAX + 1));
    var underWay =
        survey.after().isEmpty() ? pending : pending.tailMap(survey.after().get(), false);
    found.addAll(underWay.keySet());
    List<Bytes> keys = new ArrayList<>(found);
    boolean hasMore = keys.size() > KEYS_MAX;
    PaxosMessage.Surveyed told =
        new PaxosMessage.Surveyed(
            survey.round(),
            hasMore ? keys.subList(0, KEYS_MAX) : keys,
            hasMore,
            standing.forgotten());
    stand(standing.forgetting(survey.forgotten()), List.of(send(from, told)), effects);
  }

  void onPersisted(long write) {
    while (!writes.isEmpty() && writes.peekFirst().write() <= write) {
      PaxosEffect.Persist done = writes.removeFirst();
      switch (done.update()) {
        case PaxosEffect.Update.Put(var key, _) -> settle(key, done.write());
        case PaxosEffect.Update.Erase(var key, _) -> settle(key, done.write());
        case PaxosEffect.Update.Clear _ -> clearing = clearing == done.write() ? 0 : clearing;
        case PaxosEffect.Update.Stand _ -> {}
      }
    }
  }

  private void settle(Bytes key, long write) {
    pending.computeIfPresent(key, (_, newest) -> newest.write == write ? null : newest);
  }

  private AcceptorState state(Bytes key) {
    @Nullable Pending underWay = pending.get(key);
    Optional<AcceptorState> known = underWay == null ? stored(key) : underWay.state;
    return known.orElseGet(this::unknown);
  }

  private Optional<AcceptorState> stored(Bytes key) {
    return clearing > 0 ? Optional.empty() : durable.state(key);
  }

  private AcceptorState unknown() {
    return standing.unknown();
  }

  private void put(
      Bytes key, AcceptorState next, PaxosEffect.Send answer, Consumer<PaxosEffect> effects) {
    if (!rules.answersAfterPersist()) {
      effects.accept(answer);
    }
    List<PaxosEffect.Send> behind = rules.answersAfterPersist() ? List.of(answer) : List.of();
    long write = write(new PaxosEffect.Update.Put(key, next), behind, effects);
    pending.put(key, new Pending(write, Optional.of(next)));
  }

  private void stand(Standing next, List<PaxosEffect.Send> then, Consumer<PaxosEffect> effects) {
    standing = next;
    var _ = write(new PaxosEffect.Update.Stand(next), then, effects);
  }

  private long write(
      PaxosEffect.Update update, List<PaxosEffect.Send> then, Consumer<PaxosEffect> effects) {
    PaxosEffect.Persist write = new PaxosEffect.Persist(++lastWrite, update, then);
    writes.add(write);
    effects.accept(write);
    return lastWrite;
  }

  PaxosEffect.Send send(NodeId to, PaxosMessage message) {
    return new PaxosEffect.Send(to, acceptors(), message);
  }

  private PaxosEffect.Send refusal(NodeId to, Bytes key, Ballot ballot, AcceptorState now) {
    return send(to, new PaxosMessage.Refused(key, ballot, now.promised()));
  }
}
