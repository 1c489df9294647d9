package org.volvox.consensus.paxos;

import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/**
 * The proposer of one node, for all keys: one round a key at a time, with all requests that waited
 * for it. Used by {@link Paxos} only.
 *
 * <ol>
 *   <li>A ballot is prepared once and proposed once.
 *   <li>Every request is answered once, by its time at the latest.
 * </ol>
 */
final class Proposer {
  private static final int BATCH_MAX = 16;

  /** Keys whose next round is to begin with phase 2. */
  private static final int HELD_MAX = 4096;

  private static final int DOUBLINGS_MAX = 6;
  private static final long BACK_OFF_NANOS = 3_000_000;

  private final PaxosConfig config;
  private final PaxosRules rules;
  private final Prng prng;
  private final Map<Bytes, Round> rounds = new LinkedHashMap<>();
  private final LinkedHashMap<Bytes, Held> held = new LinkedHashMap<>();

  /** Rounds by when something is to be done; the number tells equal times apart. */
  private final TreeMap<Due, Round> dues = new TreeMap<>();

  private final Map<Bytes, Due> dueOf = new LinkedHashMap<>();
  private long dueOrder;
  private long lastCount;
  private long lastLook;
  private Acceptors acceptors;

  /** All acceptors of a quorum have promised the ballot, and the register is chosen. */
  private record Held(Ballot ballot, Register register) {}

  private record Due(MonoTime at, long order) implements Comparable<Due> {
    private static final Comparator<Due> ORDER =
        Comparator.comparing(Due::at).thenComparingLong(Due::order);

    @Override
    public int compareTo(Due other) {
      return ORDER.compare(this, other);
    }
  }

  Proposer(PaxosConfig config, PaxosRules rules, Prng prng, Acceptors acceptors) {
    this.config = config;
    this.acceptors = acceptors;
    this.rules = rules;
    this.prng = prng;
  }

  Optional<MonoTime> nextDeadline() {
    return dues.isEmpty() ? Optional.empty() : Optional.of(dues.firstKey().at());
  }

  /** All that is under way begins again, among these. */
  void onAcceptors(Acceptors next, MonoTime now, Consumer<PaxosEffect> effects) {
    acceptors = next;
    held.clear();
    for (Round round : List.copyOf(rounds.values())) {
      retire(round, effects);
      begin(round, now, effects);
      wake(round);
    }
  }

  void onAsk(PaxosInput.Ask ask, Consumer<PaxosEffect> effects) {
    Round round = rounds.computeIfAbsent(ask.query().key(), key -> new Round(key, ask.now()));
    boolean begins = round.isIdle();
    round.waiting.add(new Round.Request(ask));
    if (begins) {
      begin(round, ask.now(), effects);
    }
    wake(round);
  }

  void onTimer(MonoTime now, Consumer<PaxosEffect> effects) {
    while (!dues.isEmpty() && !now.isBefore(dues.firstKey().at())) {
      Round round = dues.firstEntry().getValue();
      expire(round.waiting.iterator(), now, effects);
      if (round.phase != Round.Phase.WAITING) {
        expireBatch(round, now, effects);
      }
      if (!round.isIdle() && !now.isBefore(round.dueAt)) {
        held.remove(round.key);
        retire(round, effects);
        begin(round, now, effects);
      }
      wake(round);
    }
  }

  /**
   * Ends the round: its requests come first in the next, but for erasing, which nobody waits for.
   */
  private static void retire(Round round, Consumer<PaxosEffect> effects) {
    if (round.isErasing()) {
      timeOut(round.batch.removeFirst(), effects);
    }
    round.giveUp();
  }

  void onSeen(NodeId from, PaxosMessage.Seen seen, MonoTime now, Consumer<PaxosEffect> effects) {
    @Nullable Round round = rounds.get(seen.key());
    if (round == null || round.phase != Round.Phase.LOOKING || round.look != seen.round()) {
      return;
    }
    noticed(seen.promised());
    round.answers.put(from, new Round.Told(seen.accepted(), seen.register()));
    if (!isAnswered(round)) {
      return;
    }
    Round.Told highest = round.highest();
    if (isChosen(round, highest) || !rules.completesReads()) {
      apply(round, highest.register());
      finish(round, now, effects);
    } else {
      round.answers.clear();
      prepare(round, now, effects);
    }
    wake(round);
  }

  void onPromise(
      NodeId from, PaxosMessage.Promise promise, MonoTime now, Consumer<PaxosEffect> effects) {
    @Nullable Round round = current(promise.key(), Round.Phase.PREPARING, promise.ballot());
    if (round == null) {
      return;
    }
    round.answers.put(from, new Round.Told(promise.accepted(), promise.register()));
    if (!isAnswered(round)) {
      return;
    }
    Round.Told base =
        rules.buildsOnHighest() ? round.highest() : round.answers.values().iterator().next();
    apply(round, base.register());
    boolean isSame = round.proposed.equals(base.register()) && !round.isToBeAccepted();
    if (isSame && (isChosen(round, base) || !rules.completesReads())) {
      hold(round.key, new Held(round.ballot, base.register()));
      finish(round, now, effects);
    } else {
      accept(round, now, effects);
    }
    wake(round);
  }

  void onAccepted(
      NodeId from, PaxosMessage.Accepted accepted, MonoTime now, Consumer<PaxosEffect> effects) {
    @Nullable Round round = current(accepted.key(), Round.Phase.ACCEPTING, accepted.ballot());
    if (round == null) {
      return;
    }
    round.answers.put(from, new Round.Told(accepted.ballot(), round.proposed));
    if (!isAnswered(round)) {
      return;
    }
    if (round.isErasing() && round.proposed.isErasable()) {
      toAll(new PaxosMessage.Forget(round.key, round.ballot), effects);
    } else {
      hold(round.key, new Held(round.ballot.next(), round.proposed));
    }
    finish(round, now, effects);
    wake(round);
  }

  void onRefused(PaxosMessage.Refused refused, MonoTime now, Consumer<PaxosEffect> effects) {
    noticed(refused.promised());
    @Nullable Round round = rounds.get(refused.key());
    // A copy of what the acceptor has taken already is refused for the sake of this very round.
    if (round == null
        || !round.ballot.equals(refused.ballot())
        || (round.phase != Round.Phase.PREPARING && round.phase != Round.Phase.ACCEPTING)
        || refused.promised().equals(round.ballot.next())) {
      return;
    }
    held.remove(round.key);
    retire(round, effects);
    round.overtaken = Math.min(round.overtaken + 1, DOUBLINGS_MAX);
    long most = Math.min(BACK_OFF_NANOS << round.overtaken, config.backOffMax().toNanos());
    round.dueAt = now.plusNanos(1 + prng.below((int) most));
    wake(round);
  }

  private @Nullable Round current(Bytes key, Round.Phase phase, Ballot ballot) {
    @Nullable Round round = rounds.get(key);
    boolean isCurrent = round != null && round.phase == phase && round.ballot.equals(ballot);
    return isCurrent ? round : null;
  }

  private void begin(Round round, MonoTime now, Consumer<PaxosEffect> effects) {
    boolean reads = true;
    round.dueAt = now.plus(config.attempt());
    while (round.takesNext(BATCH_MAX) && acceptors.epoch() > 0) {
      Round.Request next = round.waiting.removeFirst();
      reads &= next.change() instanceof Change.Get;
      round.batch.add(next);
    }
    if (round.batch.isEmpty()) {
      return;
    }
    @Nullable Held ready = held.remove(round.key);
    if (reads && round.overtaken == 0) {
      if (ready != null) {
        hold(round.key, ready);
      }
      round.phase = Round.Phase.LOOKING;
      round.look = ++lastLook;
      toAll(new PaxosMessage.Look(round.key, round.look), effects);
    } else if (ready != null) {
      round.ballot = ready.ballot();
      apply(round, ready.register());
      accept(round, now, effects);
    } else {
      prepare(round, now, effects);
    }
  }

  private void prepare(Round round, MonoTime now, Consumer<PaxosEffect> effects) {
    held.remove(round.key);
    lastCount++;
    int incarnation = rules.countsIncarnations() ? config.incarnation() : 0;
    round.ballot = Ballot.of(lastCount, incarnation, config.self());
    round.phase = Round.Phase.PREPARING;
    round.dueAt = now.plus(config.attempt());
    toAll(new PaxosMessage.Prepare(round.key, round.ballot), effects);
  }

  /** What the batch makes of the register. */
  private void apply(Round round, Register base) {
    Register next = base;
    round.outcomes.clear();
    for (Round.Request each : round.batch) {
      Change.Outcome outcome = outcome(each, next);
      round.outcomes.add(outcome);
      next = outcome.next();
    }
    round.proposed = next;
  }

  private Change.Outcome outcome(Round.Request request, Register now) {
    Query query = request.ask.query();
    if (!rules.remembersChanges()) {
      RequestId other = new RequestId(prng.nextInt(), query.request().time());
      return query.change().apply(now, other); // Nobody's id is like none that is remembered.
    }
    Change.Outcome outcome = query.apply(now);
    boolean ignores = outcome.result() == Change.Result.FORGOTTEN && !rules.remembersForgotten();
    return ignores ? query.change().apply(now, query.request()) : outcome;
  }

  private void accept(Round round, MonoTime now, Consumer<PaxosEffect> effects) {
    for (int i = 0; i < round.batch.size(); i++) {
      Round.Request each = round.batch.get(i);
      // What differs, or is too old, is no part of what is proposed.
      boolean isIn = round.outcomes.get(i).result() == Change.Result.DONE;
      each.wasTried |= each.change().isWrite() && isIn;
    }
    round.answers.clear();
    round.phase = Round.Phase.ACCEPTING;
    round.dueAt = now.plus(config.attempt());
    Ballot then = round.ballot.next();
    noticed(then);
    toAll(new PaxosMessage.Accept(round.key, round.ballot, then, round.proposed), effects);
  }

  /** All of the batch is answered, and the next begins. */
  private void finish(Round round, MonoTime now, Consumer<PaxosEffect> effects) {
    for (int i = 0; i < round.batch.size(); i++) {
      Round.Request each = round.batch.get(i);
      Change.Outcome outcome = round.outcomes.get(i);
      answer(each, verdict(each, outcome), outcome.next(), effects);
    }
    round.batch.clear();
    round.outcomes.clear();
    round.answers.clear();
    round.overtaken = 0;
    round.phase = Round.Phase.WAITING;
    begin(round, now, effects);
  }

  private static PaxosEffect.Verdict verdict(Round.Request request, Change.Outcome outcome) {
    return switch (outcome.result()) {
      case DONE -> PaxosEffect.Verdict.DONE;
      // An earlier attempt through another node may yet find what it expects.
      case DIFFERS ->
          request.ask.query().isAgain() && !outcome.next().isDecided()
              ? PaxosEffect.Verdict.UNKNOWN
              : PaxosEffect.Verdict.DIFFERS;
      case FORGOTTEN -> unanswered(request);
    };
  }

  private static PaxosEffect.Verdict unanswered(Round.Request request) {
    return request.wasTried ? PaxosEffect.Verdict.UNKNOWN : PaxosEffect.Verdict.REFUSED;
  }

  private static void answer(
      Round.Request request,
      PaxosEffect.Verdict verdict,
      Register register,
      Consumer<PaxosEffect> effects) {
    effects.accept(new PaxosEffect.Answer(request.ask.id(), verdict, register));
  }

  private static void expire(
      Iterator<Round.Request> requests, MonoTime now, Consumer<PaxosEffect> effects) {
    while (requests.hasNext()) {
      Round.Request each = requests.next();
      if (!now.isBefore(each.ask.until())) {
        requests.remove();
        timeOut(each, effects);
      }
    }
  }

  /** The round goes on without those whose time is over; what it proposes stays as it is. */
  private static void expireBatch(Round round, MonoTime now, Consumer<PaxosEffect> effects) {
    for (int i = round.batch.size() - 1; i >= 0; i--) {
      Round.Request each = round.batch.get(i);
      if (!now.isBefore(each.ask.until())) {
        round.batch.remove(i);
        if (!round.outcomes.isEmpty()) {
          round.outcomes.remove(i);
        }
        timeOut(each, effects);
      }
    }
    if (round.batch.isEmpty()) {
      round.phase = Round.Phase.WAITING;
      round.outcomes.clear();
      round.answers.clear();
      round.dueAt = now;
    }
  }

  private static void timeOut(Round.Request request, Consumer<PaxosEffect> effects) {
    answer(request, unanswered(request), Register.NEW, effects);
  }

  private void hold(Bytes key, Held next) {
    held.remove(key);
    held.put(key, next);
    if (held.size() > HELD_MAX) {
      held.pollFirstEntry();
    }
  }

  /** Sets when the round is looked at again; one with nothing to do is forgotten. */
  private void wake(Round round) {
    @Nullable Due before = dueOf.remove(round.key);
    if (before != null) {
      dues.remove(before);
    }
    if (round.isIdle()) {
      rounds.remove(round.key);
      return;
    }
    Due due = new Due(round.wakesAt(), dueOrder++);
    dues.put(due, round);
    dueOf.put(round.key, due);
  }

  private void noticed(Ballot ballot) {
    lastCount = Math.max(lastCount, ballot.count());
  }

  private boolean isAnswered(Round round) {
    boolean wantsAll =
        round.isErasing() && round.phase == Round.Phase.ACCEPTING && rules.erasesEverywhere();
    return isQuorum(round.answers.keySet())
        && (!wantsAll || round.answers.keySet().containsAll(acceptors.all()));
  }

  private boolean isChosen(Round round, Round.Told told) {
    return isQuorum(round.tellersOf(told.accepted()));
  }

  private boolean isQuorum(Set<NodeId> nodes) {
    return rules.waitsForQuorum() ? acceptors.isQuorum(nodes) : !nodes.isEmpty();
  }

  private void toAll(PaxosMessage message, Consumer<PaxosEffect> effects) {
    for (NodeId acceptor : acceptors.all()) {
      effects.accept(new PaxosEffect.Send(acceptor, acceptors, message));
    }
  }
}
