package org.volvox.consensus.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.Prng;

class MajorityTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3", "6, 4", "7, 4"})
  void isMoreThanHalfForEvenAndOddSizes(int voters, int majority) {
    assertThat(Majority.of(voters)).isEqualTo(majority);
  }

  @ParameterizedTest
  @CsvSource({"0", "8", "-1"})
  void refusesSizesOutOfRange(int voters) {
    assertThatThrownBy(() -> Majority.of(voters)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyTwoMajoritiesShareAVoter() {
    for (int voters = 1; voters <= Majority.VOTERS_MAX; voters++) {
      for (int left = 0; left < 1 << voters; left++) {
        for (int right = 0; right < 1 << voters; right++) {
          if (Majority.reached(left, voters) && Majority.reached(right, voters)) {
            assertThat(left & right).isNotZero();
          }
        }
      }
    }
  }

  @Test
  void oneVoterLessThanAMajorityLeavesTheOthersWithNone() {
    for (int voters = 1; voters <= Majority.VOTERS_MAX; voters++) {
      int all = (1 << voters) - 1;
      for (int bits = 0; bits <= all; bits++) {
        if (Integer.bitCount(bits) == Majority.of(voters) - 1) {
          assertThat(Majority.reached(bits, voters)).isFalse();
        }
      }
      assertThat(Majority.reached(all, voters)).isTrue();
    }
  }

  @Test
  void refusesBitsOfStrangers() {
    assertThatThrownBy(() -> Majority.reached(0b1000, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "5 3, 3", "5 3 1, 3", "7 5 3 1, 3", "9 7 5 3 1, 5", "1 1 1 9 9, 1"})
  void agreesOnWhatAMajorityReached(String values, long agreed) {
    assertThat(Majority.agreed(numbers(values))).isEqualTo(agreed);
  }

  @Test
  void agreesWithCountingOneByOne() {
    Prng prng = new Prng(5);
    for (int round = 0; round < 20_000; round++) {
      long[] values = new long[prng.between(1, 7)];
      for (int i = 0; i < values.length; i++) {
        values[i] = prng.below(8);
      }
      long expected = agreedByCounting(values);
      assertThat(Majority.agreed(values.clone())).as(Arrays.toString(values)).isEqualTo(expected);
    }
  }

  /** The dumb twin: tries each value and counts who reached it. */
  private static long agreedByCounting(long[] values) {
    long best = Long.MIN_VALUE;
    for (long candidate : values) {
      int reached = 0;
      for (long value : values) {
        if (value >= candidate) {
          reached++;
        }
      }
      if (2 * reached > values.length && candidate > best) {
        best = candidate;
      }
    }
    return best;
  }

  private static long[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }
}
