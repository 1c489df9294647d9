package org.volvox.node.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.volvox.calls.Method;

class TimingTest {
  private static final long FIRST = 1 << 15;

  @Test
  void eachSpanIsUnderTheFirstBoundThatHoldsIt() {
    Timing timing = new Timing();
    List<Long> spans =
        LongStream.of(
                -5, 0, 1, FIRST, FIRST + 1, 2 * FIRST, 2 * FIRST + 1, 10_000_000_000L, 1L << 60)
            .boxed()
            .toList();
    spans.forEach(timing::add);
    List<Long> counts = timing.spans().counts();
    assertThat(counts).hasSize(Timing.BOUNDS.size() + 1);
    for (int i = 0; i < Timing.BOUNDS.size(); i++) {
      double bound = Timing.BOUNDS.get(i);
      double before = i == 0 ? Double.NEGATIVE_INFINITY : Timing.BOUNDS.get(i - 1);
      long expected =
          spans.stream().filter(span -> span / 1e9 <= bound && span / 1e9 > before).count();
      assertThat(counts.get(i)).as("up to " + bound).isEqualTo(expected);
    }
    assertThat(counts.getLast()).isEqualTo(1);
    assertThat(timing.count()).isEqualTo(spans.size());
    assertThat(timing.spans().seconds())
        .isCloseTo(((1L << 60) + 10_000_000_000L) / 1e9, within(1.0));
  }

  @Test
  void methodsThatNobodyCalledAreNotTold() {
    CallTimes times = new CallTimes();
    assertThat(times.measures()).isEmpty();
    times.over(Method.QUERY, System.nanoTime(), false);
    times.over(Method.QUERY, System.nanoTime(), true);
    assertThat(times.measures())
        .extracting(Measure::name, each -> each.label().orElseThrow().value())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("volvox_calls_seconds", "query"),
            org.assertj.core.groups.Tuple.tuple("volvox_calls_failed", "query"));
    assertThat(times.measures().getLast().value()).isEqualTo(new Measure.Value.Counter(1));
  }
}
