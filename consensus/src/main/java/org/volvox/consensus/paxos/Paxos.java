package org.volvox.consensus.paxos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/**
 * One node's part in Paxos, proposer and acceptor for all keys. One thread of the shell owns it,
 * and does what the effects say in their order; messages may be lost, copied and overtaken.
 */
public final class Paxos {
  private final PaxosConfig config;
  private final PaxosRules rules;
  private final Acceptor acceptor;
  private final Proposer proposer;

  /** The keys that are being touched, by the request's own id, which is negative. */
  private final Map<Long, Bytes> touches = new LinkedHashMap<>();

  private Optional<Rescan> rescan = Optional.empty();
  private long lastTouch;
  private long lastSurvey;

  public Paxos(PaxosConfig config, PaxosRules rules, Prng prng, Durable durable) {
    this.config = config;
    this.rules = rules;
    acceptor = new Acceptor(durable, rules);
    proposer = new Proposer(config, rules, prng, acceptor.acceptors());
  }

  /** The newest set that it heard of. */
  public Acceptors acceptors() {
    return acceptor.acceptors();
  }

  /** When {@link PaxosInput.TimerFired} is due; empty while nothing is asked. */
  public Optional<MonoTime> nextDeadline() {
    Optional<MonoTime> proposal = proposer.nextDeadline();
    Optional<MonoTime> survey = rescan.map(Rescan::dueAt);
    return proposal.isEmpty() || survey.map(at -> at.isBefore(proposal.get())).orElse(false)
        ? survey
        : proposal;
  }

  /** Feeds one input; effects come out in the order in which they must happen. */
  public void step(PaxosInput input, Consumer<PaxosEffect> effects) {
    Consumer<PaxosEffect> sorted =
        effect -> {
          if (effect instanceof PaxosEffect.Answer answer && answer.id() < 0) {
            onTouched(answer);
          } else {
            effects.accept(effect);
          }
        };
    switch (input) {
      case PaxosInput.Ask ask -> proposer.onAsk(ask, sorted);
      case PaxosInput.TimerFired(var now) -> proposer.onTimer(now, sorted);
      case PaxosInput.Persisted(var write, _) -> acceptor.onPersisted(write);
      case PaxosInput.Decided(var acceptors, var now) -> adopt(acceptors, now, sorted);
      case PaxosInput.Rescan(var now) -> beginRescan(now, sorted);
      case PaxosInput.Received(var from, var acceptors, var message, var now) -> {
        if (rules.fencesEpochs()) {
          adopt(acceptors, now, sorted);
        }
        boolean isOld = acceptors.epoch() < acceptors().epoch() && rules.fencesEpochs();
        switch (message) {
          case PaxosMessage.Request request -> {
            if (isOld) {
              sorted.accept(acceptor.send(from, new PaxosMessage.Outdated()));
            } else {
              acceptor.on(from, request, sorted);
            }
          }
          case PaxosMessage.Reply reply -> {
            if (!isOld) {
              onReply(from, reply, now, sorted);
            }
          }
        }
      }
    }
    rescan.ifPresent(open -> goOn(open, input.now(), sorted));
  }

  private void adopt(Acceptors next, MonoTime now, Consumer<PaxosEffect> effects) {
    if (next.epoch() > acceptors().epoch()) {
      acceptor.adopt(config.self(), next, effects);
      endRescan();
      proposer.onAcceptors(next, now, effects);
    }
  }

  private void onReply(
      NodeId from, PaxosMessage.Reply reply, MonoTime now, Consumer<PaxosEffect> effects) {
    switch (reply) {
      case PaxosMessage.Seen seen -> proposer.onSeen(from, seen, now, effects);
      case PaxosMessage.Promise promise -> proposer.onPromise(from, promise, now, effects);
      case PaxosMessage.Accepted accepted -> proposer.onAccepted(from, accepted, now, effects);
      case PaxosMessage.Refused refused -> proposer.onRefused(refused, now, effects);
      case PaxosMessage.Surveyed told ->
          rescan.ifPresent(open -> touch(open.onSurveyed(from, told), now, effects));
      case PaxosMessage.Outdated() -> {
        // What it came with has been adopted.
      }
    }
  }

  private void beginRescan(MonoTime now, Consumer<PaxosEffect> effects) {
    if (acceptors().isJoint() && rescan.isEmpty()) {
      Rescan begun = new Rescan(acceptors(), config, now);
      rescan = Optional.of(begun);
      begun.ask(++lastSurvey, now, effects);
    }
  }

  private void endRescan() {
    rescan = Optional.empty();
    touches.clear();
  }

  private void goOn(Rescan open, MonoTime now, Consumer<PaxosEffect> effects) {
    if (!now.isBefore(open.dueAt())) {
      open.ask(++lastSurvey, now, effects);
      touch(open.open().stream().filter(key -> !touches.containsValue(key)).toList(), now, effects);
    }
    if (open.turn(++lastSurvey, now, effects) || !rules.rescans()) {
      endRescan();
      effects.accept(new PaxosEffect.Rescanned(acceptors().epoch()));
    }
  }

  private void touch(List<Bytes> keys, MonoTime now, Consumer<PaxosEffect> effects) {
    for (Bytes key : keys) {
      long id = --lastTouch;
      touches.put(id, key);
      Query query = new Query(key, new Change.Touch(), new RequestId(0, 0), false);
      MonoTime until = now.plus(config.attempt().multipliedBy(4));
      proposer.onAsk(new PaxosInput.Ask(id, query, until, now), effects);
    }
  }

  private void onTouched(PaxosEffect.Answer answer) {
    @Nullable Bytes key = touches.remove(answer.id());
    if (key != null && answer.verdict() == PaxosEffect.Verdict.DONE) {
      rescan.ifPresent(open -> open.touched(key));
    }
  }
}
