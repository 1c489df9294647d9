package org.volvox.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.volvox.base.MonoTime;

class SmallPartsTest {
  @Test
  void digestIsFrozen() {
    Digest digest = new Digest();
    digest.mix(1);
    digest.mix(2L << 40);
    digest.mix("volvox");
    assertThat(digest.hex()).hasSize(16).isEqualTo(sameAgain().hex());
    assertThat(new Digest().hex()).isEqualTo("243f6a8885a308d3");
  }

  private static Digest sameAgain() {
    Digest digest = new Digest();
    digest.mix(1);
    digest.mix(2 << 8);
    digest.mix(0);
    digest.mix(6);
    for (char c : "volvox".toCharArray()) {
      digest.mix((int) c);
    }
    return digest;
  }

  @Test
  void digestTellsOrdersApart() {
    Digest left = new Digest();
    left.mix(1);
    left.mix(2);
    Digest right = new Digest();
    right.mix(2);
    right.mix(1);
    assertThat(left.hex()).isNotEqualTo(right.hex());
  }

  @Test
  void clockInvertsItself() {
    VirtualClock fast = new VirtualClock(5_000, 1_050);
    assertThat(fast.at(1_000)).isEqualTo(new MonoTime(5_000 + 1_050_000));
    for (int micros = 0; micros < 5_000; micros += 7) {
      assertThat(fast.microsOf(fast.at(micros))).isEqualTo(micros);
    }
    assertThat(fast.microsOf(new MonoTime(5_001))).isEqualTo(1);
    assertThat(fast.microsOf(MonoTime.ZERO)).isZero();
    assertThat(fast.microsOf(new MonoTime(Long.MAX_VALUE / 2))).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> new VirtualClock(0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void traceKeepsTheLastLines() {
    Trace trace = Trace.last(2);
    trace.add(1, 10, "n1", "a");
    assertThat(trace.lines()).containsExactly("     1        10us n1 a");
    trace.add(2, 20, "n1", "b");
    trace.add(1_234_567, 30, "n1", "c");
    assertThat(trace.lines())
        .containsExactly(
            "... 1 earlier lines dropped", "     2        20us n1 b", "1234567        30us n1 c");
  }

  @Test
  void traceThatIsOffKeepsNothing() {
    Trace trace = Trace.off();
    trace.add(1, 10, "n1", "a");
    assertThat(trace.isOn()).isFalse();
    assertThat(trace.lines()).isEmpty();
  }

  @Test
  void minimizerFindsTheTwoThingsThatMatter() {
    List<Integer> items = IntStream.range(0, 100).boxed().toList();
    Minimizer minimizer = new Minimizer(1_000);
    List<Integer> shortest =
        minimizer.minimize(items, list -> list.contains(13) && list.contains(77));
    assertThat(shortest).containsExactly(13, 77);
    assertThat(minimizer.trials()).isLessThan(200);
  }

  @Test
  void minimizerEndsEmptyWhenNothingMatters() {
    assertThat(new Minimizer(100).minimize(List.of(1, 2, 3), _ -> true)).isEmpty();
    assertThat(new Minimizer(100).minimize(List.of(), _ -> true)).isEmpty();
  }

  @Test
  void minimizerStopsWhenItsTrialsRanOut() {
    List<Integer> items = IntStream.range(0, 64).boxed().toList();
    Minimizer minimizer = new Minimizer(3);
    assertThat(minimizer.minimize(items, list -> list.contains(63) && list.contains(0)))
        .hasSize(64);
    assertThat(minimizer.trials()).isEqualTo(3);
  }
}
