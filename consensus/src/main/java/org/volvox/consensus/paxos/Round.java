package org.volvox.consensus.paxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/** What a proposer does for one key: the requests that wait and the round under way. */
final class Round {
  enum Phase {
    /** Nothing is under way; it begins when its time comes. */
    WAITING,
    LOOKING,
    PREPARING,
    ACCEPTING
  }

  /** A client's request. */
  static final class Request {
    final PaxosInput.Ask ask;

    /** It may have taken effect, by this attempt or an earlier one. */
    boolean wasTried;

    Request(PaxosInput.Ask ask) {
      this.ask = ask;
      wasTried = ask.query().isAgain();
    }

    Change change() {
      return ask.query().change();
    }
  }

  /** What an acceptor told of the key. */
  record Told(Ballot accepted, Register register) {}

  final Bytes key;
  final ArrayDeque<Request> waiting = new ArrayDeque<>();
  final List<Request> batch = new ArrayList<>();
  final List<Change.Outcome> outcomes = new ArrayList<>();
  final Map<NodeId, Told> answers = new TreeMap<>();
  Phase phase = Phase.WAITING;
  Ballot ballot = Ballot.NONE;
  long look;
  Register proposed = Register.NEW;

  /** When the attempt, or the pause before the next, is over. */
  MonoTime dueAt;

  /** Rounds in a row that others overtook. */
  int overtaken;

  Round(Bytes key, MonoTime now) {
    this.key = key;
    this.dueAt = now;
  }

  /** Ends the round; what it was about comes first in the next. */
  void giveUp() {
    phase = Phase.WAITING;
    for (int i = batch.size() - 1; i >= 0; i--) {
      waiting.addFirst(batch.get(i));
    }
    batch.clear();
    outcomes.clear();
    answers.clear();
  }

  boolean isIdle() {
    return waiting.isEmpty() && batch.isEmpty();
  }

  /** When something is to be done whatever comes. */
  MonoTime wakesAt() {
    MonoTime at = dueAt;
    for (Request each : waiting) {
      at = each.ask.until().isBefore(at) ? each.ask.until() : at;
    }
    for (Request each : batch) {
      at = each.ask.until().isBefore(at) ? each.ask.until() : at;
    }
    return at;
  }

  /** The answer with the highest ballot, which knows of all that anybody has forgotten. */
  Told highest() {
    Told highest = new Told(Ballot.NONE, Register.NEW);
    for (Told each : answers.values()) {
      highest = highest.accepted().isBelow(each.accepted()) ? each : highest;
    }
    // Without a ballot there is no register, only what acceptors remember of those they erased.
    Register register = highest.register();
    for (Told each : answers.values()) {
      if (highest.accepted().equals(Ballot.NONE)) {
        register = register.forgetting(each.register().memory().forgotten());
      }
    }
    return new Told(highest.accepted(), register);
  }

  /** Those that told that ballot. */
  Set<NodeId> tellersOf(Ballot accepted) {
    Set<NodeId> tellers = new TreeSet<>();
    answers.forEach((node, told) -> {
      if (told.accepted().equals(accepted)) {
        tellers.add(node);
      }
    });
    return tellers;
  }

  /** All acceptors must accept, and then forget. */
  boolean isErasing() {
    return !batch.isEmpty() && batch.getFirst().change() instanceof Change.Erase;
  }

  /** It is accepted once more even if nothing changes. */
  boolean isToBeAccepted() {
    return batch.stream()
        .anyMatch(
            each -> each.change() instanceof Change.Touch || each.change() instanceof Change.Erase);
  }

  /** Whether the next request that waits can be a part of the round; who erases is alone. */
  boolean takesNext(int most) {
    return !waiting.isEmpty()
        && batch.size() < most
        && !isErasing()
        && (batch.isEmpty() || !(waiting.getFirst().change() instanceof Change.Erase));
  }
}
