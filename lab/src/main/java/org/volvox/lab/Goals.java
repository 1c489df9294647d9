package org.volvox.lab;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.HappenedBefore.Answer;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.clock.Happening;
import org.volvox.worlds.clock.Message;
import org.volvox.worlds.clock.Played;
import org.volvox.worlds.clock.Properties;
import org.volvox.worlds.clock.Property;
import org.volvox.worlds.clock.Run;
import org.volvox.worlds.clock.Telling;

/** What each goal of a lesson looks for among the events that a lab shows. */
final class Goals {
  /** Pairs are looked for among so many events only: a learner's runs are short. */
  private static final int PAIR_EVENTS_MAX = 400;

  private Goals() {}

  static Optional<String> jump(Lab lab) {
    Run run = lab.run();
    return first(lab, i -> lamport(run, i) > run.before(i).lamport().ticks() + 1)
        .map(i -> step(lab, i) + ".");
  }

  static Optional<String> chain(Lab lab) {
    Run run = lab.run();
    return first(
            lab, i -> isReceive(run, i, "n2", "n3") && hasHeard(run, run.cause(i).orElseThrow()))
        .map(i -> Telling.name(run, i) + " follows from what n1 did, by way of n2.");
  }

  // Whether n2 had received a message of n1's before this event of its own.
  private static boolean hasHeard(Run run, int event) {
    Optional<Integer> before = Optional.of(event);
    while (before.isPresent() && !isReceive(run, before.get(), "n1", "n2")) {
      before = run.previous(before.get());
    }
    return before.isPresent();
  }

  static Optional<String> sameNumber(Lab lab) {
    return pair(
        lab,
        (run, left, right) ->
            run.at(left).lane() != run.at(right).lane()
                && lamport(run, left) == lamport(run, right));
  }

  static Optional<String> forgetsMaximum(Lab lab) {
    return breach(lab, BrokenRule.FORGET_MAX, Property.CLOCK_CONDITION);
  }

  static Optional<String> repeatsNumber(Lab lab) {
    return breach(lab, BrokenRule.NO_TICK_ON_RECEIVE, Property.NODE_ORDER);
  }

  static Optional<String> misorders(Lab lab) {
    return breach(lab, BrokenRule.NO_TICK_ON_RECEIVE, Property.TOTAL_ORDER);
  }

  static Optional<String> mends(Lab lab) {
    boolean hasBroken = !lab.met("why-each-rule").isEmpty();
    boolean isWhole = lab.history() instanceof Played played && played.script().broken().isEmpty();
    return hasBroken && isWhole
        ? Optional.of("By the paper's rules every property holds in every run.")
        : Optional.empty();
  }

  static Optional<String> falseOrder(Lab lab) {
    return pair(
        lab,
        (run, left, right) ->
            lab.history().compare(left, right) == Answer.CONCURRENT
                && lamport(run, left) != lamport(run, right));
  }

  static Optional<String> runsAhead(Lab lab) {
    Run run = lab.run();
    return first(lab, i -> run.at(i).clocks().hybrid().wall().millis() > wall(run.at(i)))
        .map(i ->
            Telling.name(run, i)
                + ": the physical clock shows "
                + wall(run.at(i))
                + ", the hybrid clock "
                + run.at(i).clocks().hybrid()
                + ".");
  }

  private static long wall(Happening happening) {
    return Math.max(0, happening.at() + (long) happening.skew());
  }

  static Optional<String> losesMessage(Lab lab) {
    Run run = lab.run();
    return first(lab, i -> follows(lab, i).isPresent())
        .map(i -> {
          Message lost = follows(lab, i).orElseThrow();
          return lost.id()
              + " is lost: "
              + Telling.name(run, lost.sent())
              + " and "
              + Telling.name(run, i)
              + " are concurrent.";
        });
  }

  // The lost message after whose loss this event of the waiting node comes, unknowing.
  private static Optional<Message> follows(Lab lab, int event) {
    Run run = lab.run();
    for (Message message : run.messages()) {
      boolean isAfter =
          message.isLost() && message.ended() < event && message.to() == run.at(event).lane();
      if (isAfter && lab.history().compare(message.sent(), event) == Answer.CONCURRENT) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }

  /** Whether two events stand as wanted. */
  private interface Pair {
    boolean test(Run run, int left, int right);
  }

  private static Optional<String> pair(Lab lab, Pair wanted) {
    Run run = lab.run();
    int end = Math.min(lab.cursor(), PAIR_EVENTS_MAX);
    for (int right = 0; right < end; right++) {
      for (int left = 0; left < right; left++) {
        boolean areEvents = run.at(left).isEvent() && run.at(right).isEvent();
        if (areEvents && wanted.test(run, left, right)) {
          Answer answer = lab.history().compare(left, right);
          return Optional.of(Telling.relation(run, left, right, answer, List.of()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Integer> first(Lab lab, IntPredicate wanted) {
    for (int i = 0; i < lab.cursor(); i++) {
      if (lab.run().at(i).isEvent() && wanted.test(i)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> breach(Lab lab, BrokenRule rule, Property property) {
    if (lab.history() instanceof Played played && played.script().broken().contains(rule)) {
      return played
          .properties()
          .breach(property, lab.cursor())
          .map(Properties.Breach::text)
          .map(text -> text + ".");
    }
    return Optional.empty();
  }

  private static boolean isReceive(Run run, int index, String from, String to) {
    return run.at(index).kind() == Happening.Kind.RECEIVE
        && run.laneOf(index).toString().equals(to)
        && run.lanes().get(run.message(index).orElseThrow().from()).toString().equals(from);
  }

  private static String step(Lab lab, int index) {
    return lab.history() instanceof Played played
        ? Telling.step(lab.run(), index, played.rules())
        : Telling.what(lab.run(), index);
  }

  private static long lamport(Run run, int index) {
    LamportTime time = run.at(index).clocks().lamport();
    return time.ticks();
  }
}
