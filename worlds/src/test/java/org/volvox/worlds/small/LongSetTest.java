package org.volvox.worlds.small;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LongSetTest {
  @Test
  void holdsZeroAndWhatGrowsBeyondItsFirstRoom() {
    LongSet set = new LongSet();
    assertThat(set.add(0)).isTrue();
    assertThat(set.add(0)).isFalse();
    for (long value = 1; value <= 5000; value++) {
      assertThat(set.add(value << 32 | value)).isTrue();
    }
    for (long value = 1; value <= 5000; value++) {
      assertThat(set.add(value << 32 | value)).isFalse();
    }
    assertThat(set.size()).isEqualTo(5001);
  }
}
