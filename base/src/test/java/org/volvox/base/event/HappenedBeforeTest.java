package org.volvox.base.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.event.HappenedBefore.Answer;
import org.volvox.base.event.HappenedBefore.Link;

/** Against {@link RandomRun}, which knows the truth by plain search. */
class HappenedBeforeTest {
  private static final int SEEDS = 100;

  private static EventId id(int node, long seq) {
    return new EventId(new Origin.Node(new NodeId(node)), seq);
  }

  private static EventStamp stamp(int node, long clock, long seq) {
    return new EventStamp(new LamportTime(clock), id(node, seq));
  }

  private static Event event(int node, long clock, long seq) {
    return Event.of(stamp(node, clock, seq), EventKind.LOCAL, new WallTime(0), "");
  }

  @Test
  void followsCausesAndEachOriginsOrder() {
    Event sent = event(1, 1, 1);
    Event alone = event(3, 1, 1);
    Event received = event(2, 2, 1).because(sent.stamp());
    Event later = event(2, 3, 2);
    HappenedBefore order = new HappenedBefore(List.of(sent, alone, received, later));
    assertThat(order.compare(id(1, 1), id(1, 1))).isEqualTo(Answer.SAME);
    assertThat(order.compare(id(1, 1), id(2, 2))).isEqualTo(Answer.BEFORE);
    assertThat(order.compare(id(2, 2), id(1, 1))).isEqualTo(Answer.AFTER);
    assertThat(order.compare(id(2, 1), id(2, 2))).isEqualTo(Answer.BEFORE);
    assertThat(order.compare(id(2, 2), id(2, 1))).isEqualTo(Answer.AFTER);
    assertThat(order.compare(id(3, 1), id(2, 2))).isEqualTo(Answer.CONCURRENT);
    assertThat(order.relation(id(1, 1), id(2, 2)).chain())
        .containsExactly(new Link(id(1, 1), id(2, 1), true), new Link(id(2, 1), id(2, 2), false));
    assertThat(order.relation(id(2, 2), id(2, 1)).chain())
        .containsExactly(new Link(id(2, 1), id(2, 2), false));
  }

  @Test
  void missingLinkIsUnknownAndNeverConcurrent() {
    Event alone = event(2, 1, 1);
    Event gap = event(1, 5, 3);
    Event afterGap = event(1, 6, 4);
    Event lostCause = event(3, 9, 1).because(stamp(4, 8, 8));
    Event follows = event(3, 10, 2).because(gap.stamp());
    HappenedBefore order = new HappenedBefore(List.of(alone, gap, afterGap, lostCause, follows));
    assertThat(order.compare(id(1, 3), id(2, 1))).isEqualTo(Answer.UNKNOWN);
    assertThat(order.compare(id(2, 1), id(1, 4))).isEqualTo(Answer.UNKNOWN);
    assertThat(order.compare(id(3, 1), id(2, 1))).isEqualTo(Answer.UNKNOWN);
    assertThat(order.compare(id(2, 1), id(7, 1))).isEqualTo(Answer.UNKNOWN);
    assertThat(order.compare(id(7, 1), id(2, 1))).isEqualTo(Answer.UNKNOWN);
    // The cause itself is known to be before, though it was dropped.
    assertThat(order.compare(id(4, 8), id(3, 2))).isEqualTo(Answer.BEFORE);
    assertThat(order.compare(id(1, 3), id(3, 2))).isEqualTo(Answer.BEFORE);
  }

  @Test
  void frontierTellsWhatAJournalLeftOut() {
    Event early = event(1, 10, 10);
    Event late = event(1, 60, 40);
    // n2 had heard n1 up to its 20th event, and of n3 nothing.
    Event heard =
        event(2, 50, 30).seen(new Frontier(0, List.of(new Receive(25, stamp(1, 30, 20)))));
    Event third = event(3, 55, 5).seen(Frontier.NOTHING);
    HappenedBefore order =
        new HappenedBefore(List.of(early.seen(Frontier.NOTHING), late, heard, third));
    assertThat(order.relation(id(1, 10), id(2, 30)).chain())
        .containsExactly(
            new Link(id(1, 10), id(1, 20), false),
            new Link(id(1, 20), id(2, 25), true),
            new Link(id(2, 25), id(2, 30), false));
    assertThat(order.compare(id(2, 30), id(3, 5))).isEqualTo(Answer.CONCURRENT);
    // n1 may have heard n2 before it: its journal does not say.
    assertThat(order.compare(id(2, 30), id(1, 40))).isEqualTo(Answer.UNKNOWN);
    assertThat(order.vector(id(2, 30)))
        .isEqualTo(VectorClock.ZERO.with(id(2, 30).origin(), 30).with(id(1, 20).origin(), 20));
  }

  @Test
  void clockBoundsWhatWasDropped() {
    // Whatever n1 heard before its 40th event had a clock below 60.
    Event late = event(1, 60, 40);
    Event later = event(2, 60, 30).seen(Frontier.NOTHING);
    HappenedBefore order = new HappenedBefore(List.of(late, later));
    assertThat(order.compare(id(2, 30), id(1, 40))).isEqualTo(Answer.CONCURRENT);
  }

  @Test
  void whatSomebodyKnewIsUnknownUpToItsClock() {
    Event below = event(1, 10, 3).seen(Frontier.NOTHING);
    Event above = event(1, 40, 4).seen(Frontier.NOTHING);
    Frontier somebody = new Frontier(0, List.of(Receive.fromSomebody(7, new LamportTime(30))));
    Event heard = event(2, 50, 8).seen(somebody);
    HappenedBefore order = new HappenedBefore(List.of(below, above, heard));
    assertThat(order.compare(id(1, 3), id(2, 8))).isEqualTo(Answer.UNKNOWN);
    assertThat(order.compare(id(1, 4), id(2, 8))).isEqualTo(Answer.CONCURRENT);
    assertThat(order.vector(id(2, 8))).isEqualTo(VectorClock.ZERO.with(id(2, 8).origin(), 8));
  }

  @Test
  void clockConditionHolds() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      RandomRun run = new RandomRun(new RandomRun.Options(4, 2, 400, 8, true), seed);
      List<RandomRun.Happening> all = run.all();
      for (RandomRun.Happening happening : all) {
        LamportTime clock = happening.stamp().clock();
        assertThat(
                happening.past().stream()
                    .allMatch(before -> all.get(before).stamp().clock().compareTo(clock) < 0))
            .isTrue();
      }
    }
  }

  @Test
  void aWholeRecordLeavesNothingUnknown() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      RandomRun run = new RandomRun(new RandomRun.Options(4, 0, 200, 8, false), seed);
      List<Event> events = run.everything();
      HappenedBefore order = new HappenedBefore(events);
      for (Event left : run.some(events, 2)) {
        checkVector(run, order, left.stamp().id(), true);
        for (Event right : run.some(events, 2)) {
          assertThat(check(run, order, left, right))
              .as("seed %s", seed)
              .isNotEqualTo(Answer.UNKNOWN);
        }
      }
    }
  }

  @Test
  void memoryOfAllReceivesLeavesNothingUnknown() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      RandomRun run = new RandomRun(new RandomRun.Options(4, 0, 600, 1000, false), seed);
      HappenedBefore order = new HappenedBefore(run.journals(), run.memories());
      for (Event left : run.journals()) {
        checkVector(run, order, left.stamp().id(), true);
        for (Event right : run.some(run.journals(), 1)) {
          assertThat(check(run, order, left, right))
              .as("seed %s", seed)
              .isNotEqualTo(Answer.UNKNOWN);
        }
      }
    }
  }

  @Test
  void whatWasDroppedIsUnknownAtWorst() {
    Map<Answer, Integer> told = new EnumMap<>(Answer.class);
    for (int seed = 1; seed <= SEEDS * 3; seed++) {
      RandomRun run =
          new RandomRun(
              new RandomRun.Options(2 + seed % 4, seed % 3, 400, 1 + seed % 20, seed % 2 == 0),
              seed);
      List<Event> kept = run.some(run.journals(), 1 + seed % 10);
      List<RecentReceives> memories = run.some(run.memories(), seed % 11);
      HappenedBefore order = new HappenedBefore(kept, memories);
      for (Event left : kept) {
        checkVector(run, order, left.stamp().id(), false);
        for (Event right : run.some(kept, 2)) {
          told.merge(check(run, order, left, right), 1, Integer::sum);
        }
      }
      // And of events of which only the name is known.
      for (Event dropped : run.some(run.journals(), 1)) {
        run.some(kept, 2).forEach(other -> check(run, order, dropped, other));
      }
    }
    // It would be right too if all were unknown.
    assertThat(told.get(Answer.BEFORE)).isGreaterThan(told.get(Answer.UNKNOWN));
    assertThat(told.get(Answer.CONCURRENT)).isGreaterThan(2_000);
    assertThat(told.get(Answer.UNKNOWN)).isGreaterThan(500);
  }

  @Test
  void aThinnedRecordOfALabIsUnknownAtWorst() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      RandomRun run = new RandomRun(new RandomRun.Options(3, 0, 150, 8, false), seed);
      List<Event> kept = run.some(run.everything(), 5 + seed % 5);
      HappenedBefore order = new HappenedBefore(kept);
      for (Event left : kept) {
        run.some(kept, 3).forEach(right -> check(run, order, left, right));
      }
    }
  }

  private static Answer check(RandomRun run, HappenedBefore order, Event left, Event right) {
    EventId l = left.stamp().id();
    EventId r = right.stamp().id();
    HappenedBefore.Relation relation = order.relation(l, r);
    if (relation.answer() != Answer.UNKNOWN && relation.answer() != run.truth(l, r)) {
      fail("%s and %s are %s, not %s", l, r, run.truth(l, r), relation.answer());
    }
    switch (relation.answer()) {
      case BEFORE -> checkChain(run, l, r, relation.chain());
      case AFTER -> checkChain(run, r, l, relation.chain());
      case SAME, CONCURRENT, UNKNOWN -> assertThat(relation.chain()).isEmpty();
    }
    return relation.answer();
  }

  private static void checkChain(RandomRun run, EventId from, EventId to, List<Link> chain) {
    EventId at = from;
    for (Link link : chain) {
      boolean isRight =
          link.from().equals(at)
              && link.from().origin().equals(link.to().origin()) != link.isMessage()
              && run.truth(link.from(), link.to()) == Answer.BEFORE;
      if (!isRight) {
        fail("%s is no step of the chain %s", link, chain);
      }
      at = link.to();
    }
    assertThat(at).isEqualTo(to);
  }

  /** A vector never knows what was not before, and with all recorded knows all that was. */
  private static void checkVector(
      RandomRun run, HappenedBefore order, EventId id, boolean isWhole) {
    VectorClock vector = order.vector(id);
    VectorClock truth = VectorClock.ZERO.with(id.origin(), id.seq());
    for (int before : run.all().get(run.place(id)).past().stream().toArray()) {
      EventId known = run.all().get(before).stamp().id();
      truth = truth.with(known.origin(), known.seq());
    }
    if (isWhole) {
      // Messages name their sends: what came behind the last of them nobody can know.
      assertThat(vector).isEqualTo(truth);
    }
    VectorClock most = truth;
    assertThat(
            vector.counts().entrySet().stream()
                .allMatch(known -> known.getValue() <= most.count(known.getKey())))
        .isTrue();
  }

  @Test
  void memoryIsBoundedAndItsBeginningIsKnown() {
    Heard heard = new Heard(3, 0, Frontier.NOTHING);
    for (int i = 1; i <= 200; i++) {
      heard.received(2L * i, new NodeId(2 + i % 2), i, 10L * i);
    }
    heard.received(401, new NodeId(2), 150, 1500); // Overtaken by what came before.
    RecentReceives recent = heard.recent(new NodeId(1), 500);
    assertThat(recent.receives().stream().map(Receive::at)).containsExactly(396L, 398L, 400L);
    assertThat(recent.from()).isEqualTo(394);
    assertThat(recent.through()).isEqualTo(500);
    assertThat(recent.before().receives().stream().map(Receive::at)).containsExactly(392L, 394L);
    assertThat(heard.frontier().receives().stream().map(Receive::at)).containsExactly(400L, 398L);
  }

  @Test
  void aShiVizLogCountsTheEventsThatItHas() {
    Event first = event(1, 10, 10).seen(Frontier.NOTHING);
    Event second =
        event(2, 50, 30).seen(new Frontier(0, List.of(new Receive(25, stamp(1, 30, 20)))));
    Event third =
        Event.of(stamp(1, 60, 40), EventKind.LOCAL, new WallTime(0), "two\nlines")
            .seen(Frontier.NOTHING);
    List<Event> events = List.of(first, second, third);
    List<String> lines = new ShiVizLog(events, new HappenedBefore(events)).lines();
    assertThat(lines)
        .containsExactly(
            "n1 {\"n1\":1}", "", "n2 {\"n1\":1,\"n2\":1}", "", "n1 {\"n1\":2}", "two lines");
    assertThat(lines.get(2) + "\n" + lines.get(3)).matches(ShiVizLog.PATTERN);
  }
}
