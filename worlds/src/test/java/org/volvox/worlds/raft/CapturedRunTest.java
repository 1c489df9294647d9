package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Prng;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.event.Event;
import org.volvox.base.event.HappenedBefore;

/**
 * Clocks of whole simulated runs, with loss, repetition, overtaking, crashes and restarts: against
 * reachability found by plain search (Lamport 1978, the clock condition; Mattern 1988).
 */
class CapturedRunTest {
  private static final int STEPS = 2_500;
  private static final int PAIRS = 3_000;

  /** For each event, all that happened before it, as bits. */
  private static List<BitSet> pasts(List<Event> events) {
    Map<EventId, Integer> places = new HashMap<>();
    Map<Origin, Integer> last = new HashMap<>();
    List<BitSet> pasts = new ArrayList<>();
    for (Event event : events) {
      BitSet past = new BitSet();
      EventId id = event.stamp().id();
      Integer before = last.put(id.origin(), pasts.size());
      if (before != null) {
        past.or(pasts.get(before));
        past.set(before);
      }
      event
          .cause()
          .ifPresent(cause -> {
            int sent = Optional.ofNullable(places.get(cause.id())).orElseThrow();
            past.or(pasts.get(sent));
            past.set(sent);
          });
      places.put(id, pasts.size());
      pasts.add(past);
    }
    return pasts;
  }

  private static HappenedBefore.Answer truth(List<BitSet> pasts, int left, int right) {
    if (pasts.get(right).get(left)) {
      return HappenedBefore.Answer.BEFORE;
    }
    return pasts.get(left).get(right)
        ? HappenedBefore.Answer.AFTER
        : HappenedBefore.Answer.CONCURRENT;
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18})
  void clocksAndVectorsAgreeWithReachability(int seed) {
    List<Event> events = RaftWorld.capture(Spec.draw(seed, Mutation.NONE), STEPS);
    assertThat(events.size()).isGreaterThan(500);
    List<BitSet> pasts = pasts(events);
    for (int right = 0; right < events.size(); right++) {
      BitSet past = pasts.get(right);
      for (int left = past.nextSetBit(0); left >= 0; left = past.nextSetBit(left + 1)) {
        assertThat(events.get(left).stamp().clock())
            .as("C(a) < C(b) of %s -> %s", events.get(left), events.get(right))
            .isLessThan(events.get(right).stamp().clock());
      }
    }
    HappenedBefore order =
        new HappenedBefore(events.stream().sorted(Comparator.comparing(Event::stamp)).toList());
    Prng prng = new Prng(seed);
    for (int pair = 0; pair < PAIRS; pair++) {
      int left = prng.below(events.size());
      int right = prng.below(events.size());
      if (left == right) {
        continue;
      }
      EventId a = events.get(left).stamp().id();
      EventId b = events.get(right).stamp().id();
      HappenedBefore.Answer truth = truth(pasts, left, right);
      assertThat(order.compare(a, b)).as("%s, %s", a, b).isEqualTo(truth);
      VectorClock vector = order.vector(b);
      assertThat(vector.count(a.origin()) >= a.seq())
          .as("vector of %s about %s", b, a)
          .isEqualTo(truth == HappenedBefore.Answer.BEFORE);
    }
  }
}
