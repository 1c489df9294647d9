package org.volvox.worlds.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MachineWorldTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void requestsAppliedTwiceChangeNothingAndMostSucceed(int seed) {
    MachineWorld.Outcome outcome = MachineWorld.run(seed);
    assertThat(outcome.areReplicasEqual()).isTrue();
    assertThat(outcome.succeeded()).as("calls that were not refused").isGreaterThan(400);
  }

  @Test
  void theSameSeedGivesTheSameDigestAndAnotherSeedAnother() {
    assertThat(MachineWorld.run(1)).isEqualTo(MachineWorld.run(1));
    assertThat(MachineWorld.run(1).digest()).isNotEqualTo(MachineWorld.run(2).digest());
  }
}
