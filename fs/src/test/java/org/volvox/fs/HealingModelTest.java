package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.fs.HealingModel.Mutant;

/** Random lives of clusters that heal: nothing is lost by it, and all comes back. */
class HealingModelTest {
  private static final int SEEDS = 80;

  @Test
  void noCopyIsLostByHealingAndAllComesBack() {
    int allRests = 0;
    int allDeletions = 0;
    int allLosses = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      HealingModel run = new HealingModel(Mutant.NONE, seed);
      assertThat(run.play()).as("seed " + seed).isEmpty();
      allRests += run.rests;
      allDeletions += run.deletions;
      allLosses += run.losses;
    }
    assertThat(allRests).isGreaterThan(10 * SEEDS);
    assertThat(allDeletions).isGreaterThan(100 * SEEDS);
    assertThat(allLosses).isGreaterThan(SEEDS / 4);
  }

  @Test
  void eachBrokenRuleIsNoticed() {
    for (Mutant broken :
        List.of(
            Mutant.DELETES_BEFORE_OTHERS_CONFIRM, Mutant.COUNTS_TARGETS_BEFORE_THEY_ARE_COMPLETE)) {
      int noticed = 0;
      for (int seed = 1001; seed <= 1060; seed++) {
        noticed += new HealingModel(broken, seed).play().isPresent() ? 1 : 0;
      }
      assertThat(noticed).as(broken.toString()).isGreaterThan(2);
    }
  }
}
