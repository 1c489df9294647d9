package org.volvox.base.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;

/** Random runs of a few processes: what each clock says against reachability in the run itself. */
class ClocksTest {
  private static final int PROCESSES = 4;

  /** One event of a run with all clocks' values and the events that it can be reached from. */
  private record Happening(
      int process,
      LamportTime lamport,
      VectorClock vector,
      HybridTime hybrid,
      SortedSet<Integer> past) {}

  private final List<Happening> run = new ArrayList<>();
  private final List<Integer> messages = new ArrayList<>();
  private final int[] last = new int[PROCESSES];

  private void happen(Prng prng, long wallMillis) {
    int process = prng.below(PROCESSES);
    WallTime wall = new WallTime(wallMillis + prng.between(-20, 20));
    Happening own = run.get(last[process]);
    SortedSet<Integer> past = new TreeSet<>(own.past());
    past.add(last[process]);
    boolean receives = !messages.isEmpty() && prng.below(2) == 0;
    Happening next;
    if (receives) {
      int place = prng.below(messages.size());
      int from = messages.get(place);
      messages.subList(place, place + 1).clear();
      Happening sent = run.get(from);
      past.addAll(sent.past());
      past.add(from);
      next =
          new Happening(
              process,
              own.lamport().receive(sent.lamport()),
              own.vector().receive(sent.vector(), origin(process)),
              own.hybrid().receive(sent.hybrid(), wall),
              past);
    } else {
      next =
          new Happening(
              process,
              own.lamport().next(),
              own.vector().tick(origin(process)),
              own.hybrid().next(wall),
              past);
      messages.add(run.size());
    }
    last[process] = run.size();
    run.add(next);
  }

  @Test
  void clocksAgreeWithWhatHappenedBeforeWhat() {
    Prng prng = new Prng(42);
    for (int process = 0; process < PROCESSES; process++) {
      last[process] = run.size();
      run.add(
          new Happening(
              process,
              LamportTime.ZERO.next(),
              VectorClock.ZERO.tick(origin(process)),
              HybridTime.ZERO.next(new WallTime(1000)),
              new TreeSet<>()));
    }
    for (int step = 0; step < 150; step++) {
      happen(prng, 1000 + step);
    }
    for (int left = 0; left < run.size(); left++) {
      for (int right = 0; right < run.size(); right++) {
        check(left, right);
      }
    }
  }

  private void check(int left, int right) {
    Happening a = run.get(left);
    Happening b = run.get(right);
    boolean before = b.past().contains(left);
    boolean after = a.past().contains(right);
    VectorClock.Order order = a.vector().compare(b.vector());
    if (before) {
      assertThat(a.lamport()).isLessThan(b.lamport());
      assertThat(a.hybrid()).isLessThan(b.hybrid());
      assertThat(order).isEqualTo(VectorClock.Order.BEFORE);
    } else if (after) {
      assertThat(order).isEqualTo(VectorClock.Order.AFTER);
    } else {
      assertThat(order)
          .isEqualTo(left == right ? VectorClock.Order.EQUAL : VectorClock.Order.CONCURRENT);
    }
  }

  @Test
  void hybridTimeStaysNearTheGreatestWallTime() {
    HybridTime time = HybridTime.ZERO.next(new WallTime(5));
    assertThat(time).hasToString("5.0");
    assertThat(time.next(new WallTime(5))).isEqualTo(new HybridTime(new WallTime(5), 1));
    assertThat(time.next(new WallTime(3))).isEqualTo(new HybridTime(new WallTime(5), 1));
    HybridTime far = new HybridTime(new WallTime(9), 4);
    assertThat(time.receive(far, new WallTime(6))).isEqualTo(new HybridTime(new WallTime(9), 5));
    assertThat(far.receive(time, new WallTime(6))).isEqualTo(new HybridTime(new WallTime(9), 5));
    assertThat(far.receive(new HybridTime(new WallTime(9), 7), new WallTime(6)).counter())
        .isEqualTo(8);
    assertThat(time.receive(far, new WallTime(10))).isEqualTo(new HybridTime(new WallTime(10), 0));
    assertThat(HybridTime.accepts(far, new WallTime(0), 9)).isTrue();
    assertThat(HybridTime.accepts(far, new WallTime(0), 8)).isFalse();
    assertThatThrownBy(() -> new HybridTime(new WallTime(0), -1)).hasMessageContaining("-1");
  }

  @Test
  void lamportRefusesWhatIsFarAhead() {
    LamportTime now = new LamportTime(10);
    assertThat(now.accepts(new LamportTime(10 + LamportTime.AHEAD_TICKS_MAX))).isTrue();
    assertThat(now.accepts(new LamportTime(11 + LamportTime.AHEAD_TICKS_MAX))).isFalse();
    assertThat(now.receive(new LamportTime(3))).isEqualTo(new LamportTime(11));
    assertThat(now.receive(new LamportTime(30))).hasToString("31");
    assertThatThrownBy(() -> new LamportTime(-1)).hasMessageContaining("-1");
  }

  @Test
  void stampsAreOrderedByClockOriginAndNumber() {
    List<EventStamp> ordered =
        List.of(
            stamp(1, origin(1), 9),
            stamp(2, origin(0), 2),
            stamp(2, origin(0), 3),
            stamp(2, origin(1), 1),
            stamp(2, new Origin.Client(new SessionId(1)), 1),
            stamp(2, new Origin.Client(new SessionId(2)), 1));
    assertThat(ordered.reversed().stream().sorted()).isEqualTo(ordered);
    assertThat(ordered.get(4).id()).hasToString("s1.1");
    assertThat(ordered.get(1).id()).hasToString("n1.2");
  }

  @Test
  void originsComeBackFromTheirCodes() {
    for (Origin origin : List.of(origin(0), new Origin.Client(new SessionId(7)))) {
      assertThat(Origin.ofCode(origin.code())).isEqualTo(origin);
    }
    assertThatThrownBy(() -> Origin.ofCode(1L << 40)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void vectorForgetsZeroesAndRefusesLess() {
    TreeMap<Origin, Long> counts = new TreeMap<>();
    counts.put(origin(0), 0L);
    assertThat(new VectorClock(counts)).isEqualTo(VectorClock.ZERO).hasToString("{}");
    assertThat(VectorClock.ZERO.with(origin(1), 5).with(origin(1), 3).count(origin(1)))
        .isEqualTo(5);
    counts.put(origin(0), -1L);
    assertThatThrownBy(() -> new VectorClock(counts)).hasMessageContaining("-1");
  }

  @Test
  void vectorsOfDifferentOriginsAreMergedByName() {
    VectorClock left = VectorClock.ZERO.with(origin(0), 4).with(origin(2), 1);
    VectorClock right = VectorClock.ZERO.with(origin(1), 7).with(origin(2), 5);
    VectorClock both = left.merge(right);
    assertThat(both).hasToString("{n1=4, n2=7, n3=5}").isEqualTo(right.merge(left));
    assertThat(both).hasSameHashCodeAs(right.merge(left));
    assertThat(both.merge(left)).isEqualTo(both);
    assertThat(left.merge(both)).isEqualTo(both).isNotEqualTo(left);
    assertThat(left.merge(VectorClock.ZERO)).isEqualTo(left);
    assertThat(both.merge(both.tick(origin(1))).counts()).isEqualTo(both.tick(origin(1)).counts());
    assertThat(left.compare(both)).isEqualTo(VectorClock.Order.BEFORE);
    assertThat(left.compare(right)).isEqualTo(VectorClock.Order.CONCURRENT);
  }

  @Test
  void aReceiveThatForgetsTheMaximumKnowsOnlyItsOwnPast() {
    ClockRules forgets =
        new ClockRules() {
          @Override
          public boolean takesMaximum() {
            return false;
          }
        };
    assertThat(new LamportTime(4).receive(new LamportTime(9), forgets))
        .isEqualTo(new LamportTime(5));
    VectorClock own = VectorClock.ZERO.with(origin(0), 4);
    VectorClock sent = VectorClock.ZERO.with(origin(1), 9);
    assertThat(own.receive(sent, origin(0), forgets)).hasToString("{n1=5}");
    HybridTime behind = new HybridTime(new WallTime(5), 2);
    HybridTime ahead = new HybridTime(new WallTime(9), 4);
    assertThat(behind.receive(ahead, new WallTime(5), forgets)).hasToString("5.3");
    assertThat(behind.receive(ahead, new WallTime(6), forgets)).hasToString("6.0");
  }

  @Test
  void aReceiveThatDoesNotTickRepeatsAValue() {
    ClockRules still =
        new ClockRules() {
          @Override
          public boolean ticksOnReceive() {
            return false;
          }
        };
    assertThat(new LamportTime(4).receive(new LamportTime(9), still)).isEqualTo(new LamportTime(9));
    VectorClock own = VectorClock.ZERO.with(origin(0), 4);
    VectorClock sent = VectorClock.ZERO.with(origin(1), 9);
    assertThat(own.receive(sent, origin(0), still)).hasToString("{n1=4, n2=9}");
    HybridTime behind = new HybridTime(new WallTime(5), 2);
    HybridTime ahead = new HybridTime(new WallTime(9), 4);
    assertThat(behind.receive(ahead, new WallTime(5), still)).isEqualTo(ahead);
  }

  @Test
  void thePaperTakesTheMaximumTicksAndSends() {
    assertThat(ClockRules.PAPER.takesMaximum()).isTrue();
    assertThat(ClockRules.PAPER.ticksOnReceive()).isTrue();
    assertThat(ClockRules.PAPER.sendsClock()).isTrue();
  }

  private static EventStamp stamp(long clock, Origin origin, long seq) {
    return new EventStamp(new LamportTime(clock), new EventId(origin, seq));
  }

  private static Origin origin(int process) {
    return new Origin.Node(new NodeId(process + 1));
  }
}
