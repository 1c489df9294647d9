package org.volvox.node.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DiskLimitsTest {
  @Test
  void readsSizesOfTheEnvironment() {
    assertThat(DiskLimits.of(Map.of())).isEqualTo(DiskLimits.DEFAULT);
    assertThat(DiskLimits.of(Map.of("VOLVOX_RESERVE", "256m", "VOLVOX_SCRUB_RATE", "0")))
        .isEqualTo(new DiskLimits(OptionalLong.of(256L << 20), 0));
    assertThat(DiskLimits.bytes("x", "3k")).isEqualTo(3072);
    assertThat(DiskLimits.bytes("x", "2G")).isEqualTo(2L << 30);
    assertThat(DiskLimits.bytes("x", "17")).isEqualTo(17);
  }

  @Test
  void refusesNonsense() {
    for (String nonsense : new String[] {"", "m", "-1", "1.5g", "64 MB", "9999999999"}) {
      assertThatThrownBy(() -> DiskLimits.bytes("VOLVOX_RESERVE", nonsense))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("VOLVOX_RESERVE is " + nonsense);
    }
  }
}
