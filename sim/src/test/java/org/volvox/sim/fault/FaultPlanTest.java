package org.volvox.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.Prng;

class FaultPlanTest {
  @Test
  void sameSeedDrawsTheSamePlan() {
    assertThat(FaultPlan.draw(new Prng(5), 3, 30_000_000))
        .isEqualTo(FaultPlan.draw(new Prng(5), 3, 30_000_000));
  }

  @Test
  void isInOrderOfTime() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(FaultPlan.draw(new Prng(seed), 5, 30_000_000).faults())
          .isSortedAccordingTo(java.util.Comparator.comparingInt(Fault.Timed::atMicros));
    }
  }

  @Test
  void everyKindComesInSomeRunsAndIsMissingInOthers() {
    Map<String, Integer> runsWith = new TreeMap<>();
    for (int seed = 0; seed < 200; seed++) {
      FaultPlan.draw(new Prng(seed), 3, 30_000_000).faults().stream()
          .map(timed -> timed.fault().getClass().getSimpleName())
          .distinct()
          .forEach(kind -> runsWith.merge(kind, 1, Integer::sum));
    }
    assertThat(runsWith)
        .containsOnlyKeys(
            "Crash",
            "Restart",
            "Pause",
            "Resume",
            "Partition",
            "CutOneWay",
            "Heal",
            "DiskFull",
            "SyncFails",
            "Rejoin",
            "BitFlip",
            "Misdirected",
            "Wipe");
    assertThat(runsWith.values()).allMatch(runs -> runs > 10 && runs < 200);
  }

  @Test
  void namesOnlyMachinesThatThereAre() {
    for (int seed = 0; seed < 100; seed++) {
      for (Fault.Timed timed : FaultPlan.draw(new Prng(seed), 1, 30_000_000).faults()) {
        if (timed.fault() instanceof Fault.Crash(int machine)) {
          assertThat(machine).isZero();
        }
      }
    }
    assertThat(FaultPlan.NONE.faults()).isEmpty();
  }
}
