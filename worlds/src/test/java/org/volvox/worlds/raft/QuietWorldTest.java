package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuietWorldTest {
  private static final int MINUTE = 60_000_000;

  @Test
  void pausesOfAFifthOfASecondCostNoElection() {
    int pauses = 0;
    for (int seed = 1; seed <= 12; seed++) {
      QuietWorld.Outcome outcome =
          QuietWorld.run(new QuietWorld.Plan(seed, 10 * MINUTE, 1, 200_000, 1_000_000));
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.elections()).as("seed %d", seed).isEqualTo(1);
      pauses += outcome.pauses();
    }
    assertThat(pauses).isGreaterThan(5_000);
  }

  @Test
  void pausesBeyondTheTimeoutCostSome() {
    QuietWorld.Outcome outcome =
        QuietWorld.run(new QuietWorld.Plan(1, MINUTE, 1, 1_200_000, 1_000_000));
    assertThat(outcome.elections()).isGreaterThan(2);
    assertThat(outcome.failure()).isEmpty();
  }

  @Test
  void servesAsManyOperationsAsAsked() {
    QuietWorld.Outcome outcome = QuietWorld.run(new QuietWorld.Plan(7, MINUTE, 20, 0, 1));
    assertThat(outcome.operations()).isBetween(1_100, 1_300);
    assertThat(outcome.pauses()).isZero();
    assertThat(outcome.events()).isGreaterThan(10_000);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new QuietWorld.Plan(1, 0, 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new QuietWorld.Plan(1, 1_900_000_000, 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new QuietWorld.Plan(1, 1, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
