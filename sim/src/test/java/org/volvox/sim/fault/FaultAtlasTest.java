package org.volvox.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultAtlasTest {
  private final FaultAtlas atlas = new FaultAtlas();

  @Test
  void takesAMinorityAndNoMore() {
    assertThat(atlas.ruin(0, List.of(0b11111))).isTrue();
    assertThat(atlas.ruin(3, List.of(0b11111))).isTrue();
    assertThat(atlas.ruin(4, List.of(0b11111))).isFalse();
    assertThat(atlas.ruin(3, List.of(0b11111))).as("what is ruined may be hit again").isTrue();
    assertThat(atlas.isRuined(3)).isTrue();
    assertThat(atlas.isRuined(4)).isFalse();
  }

  @Test
  void sparesWhoIsAloneOrOneOfTwo() {
    assertThat(atlas.ruin(0, List.of(0b1))).isFalse();
    assertThat(atlas.ruin(1, List.of(0b11))).isFalse();
  }

  @Test
  void everySetOfVotersMustBearIt() {
    assertThat(atlas.ruin(0, List.of(0b111, 0b011))).isFalse();
    assertThat(atlas.ruin(0, List.of(0b111, 0b110))).isTrue();
  }

  @Test
  void whoIsNoVoterMayGo() {
    assertThat(atlas.ruin(5, List.of(0b111))).isTrue();
    assertThat(atlas.ruin(0, List.of(0b111))).isTrue();
    assertThat(atlas.ruin(1, List.of(0b111))).isFalse();
  }

  @Test
  void whoHoldsTheCopiesOfTheHurtIsNotRuined() {
    atlas.hurt(0);
    atlas.hurt(1);
    assertThat(atlas.isAnyHurt()).isTrue();
    assertThat(atlas.isDamaged(1)).isTrue();
    assertThat(atlas.isRuined(1)).isFalse();
    assertThat(atlas.ruin(2, List.of(0b111))).isFalse();
    atlas.mended(1);
    assertThat(atlas.ruin(2, List.of(0b111))).isFalse();
    assertThat(atlas.ruin(0, List.of(0b111))).isTrue();
    atlas.mended(0);
    assertThat(atlas.isAnyHurt()).isFalse();
    assertThat(atlas.isDamaged(0)).isFalse();
    assertThat(atlas.ruin(2, List.of(0b111))).as("the one before is whole again").isTrue();
  }
}
