package org.volvox.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultAtlasTest {
  private final FaultAtlas atlas = new FaultAtlas();

  @Test
  void takesAMinorityAndNoMore() {
    assertThat(atlas.ruin(0, 0b11111)).isTrue();
    assertThat(atlas.ruin(3, 0b11111)).isTrue();
    assertThat(atlas.ruin(4, 0b11111)).isFalse();
    assertThat(atlas.ruin(3, 0b11111)).as("what is ruined may be hit again").isTrue();
    assertThat(atlas.isRuined(3)).isTrue();
    assertThat(atlas.isRuined(4)).isFalse();
  }

  @Test
  void sparesWhoIsAloneOrOneOfTwo() {
    assertThat(atlas.ruin(0, 0b1)).isFalse();
    assertThat(atlas.ruin(1, 0b11)).isFalse();
  }

  @Test
  void whoIsNoVoterMayGo() {
    assertThat(atlas.ruin(5, 0b111)).isTrue();
    assertThat(atlas.ruin(0, 0b111)).isTrue();
    assertThat(atlas.ruin(1, 0b111)).isFalse();
  }
}
