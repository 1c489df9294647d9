package org.volvox.worlds.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.crdt.ReplicaRules;
import org.volvox.sim.Trace;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;

/** Data that merges, under faults, and without one of its rules. */
class CrdtWorldTest {
  private static final int SEEDS = 200;
  private static final int MUTANT_SEEDS = 1_000;

  @Test
  void everySeedConvergesAndShowsWhatWasChanged() {
    Campaign<CrdtCount> campaign = CrdtWorld.campaign();
    List<Outcome<CrdtCount>> failed = new ArrayList<>();
    campaign.run(
        1,
        SEEDS,
        outcome -> {
          if (outcome.failure().isPresent()) failed.add(outcome);
        });
    assertThat(failed).isEmpty();
    assertThat(campaign.failures()).isZero();
    assertThat(campaign.belowFloor()).isEmpty();
  }

  @Test
  void aTraceTellsTheRunAndChangesNothing() {
    Trace trace = Trace.last(1_000_000);
    Outcome<CrdtCount> traced = CrdtWorld.run(7, ReplicaRules.PAPER, Integer.MAX_VALUE, trace);
    assertThat(traced.text()).startsWith("ok seed=0x7 steps=");
    assertThat(traced.digest()).isEqualTo(CrdtWorld.run(7, ReplicaRules.PAPER).digest());
    assertThat(String.join(" ", trace.lines()))
        .contains("Act", "Tick", "Deliver[", "Operations[", "Synced", "Done[");
  }

  @Test
  void aRunCanEndEarly() {
    Outcome<CrdtCount> cut = CrdtWorld.run(7, ReplicaRules.PAPER, 100, Trace.off());
    assertThat(cut.steps()).isEqualTo(100);
    assertThat(cut.failure()).isEmpty();
  }

  @Test
  void aCampaignInWhichTooLittleHappensSaysSo() {
    int quiet =
        IntStream.rangeClosed(1, 100)
            .filter(seed -> count(seed, CrdtCount.CONFLICTS) == 0)
            .findFirst()
            .orElseThrow();
    Campaign<CrdtCount> campaign = CrdtWorld.campaign();
    campaign.run(quiet, 1, _ -> {});
    assertThat(campaign.belowFloor()).contains("CONFLICTS 0 below 1");
  }

  private static long count(int seed, CrdtCount what) {
    return CrdtWorld.run(seed, ReplicaRules.PAPER).tally().get(what);
  }

  @Test
  void aMutantIsNamed() {
    assertThat(CrdtMutant.named("crdt-removes-all")).isEqualTo(CrdtMutant.REMOVES_ALL);
    assertThatThrownBy(() -> CrdtMutant.named("crdt-none"))
        .hasMessageContaining("no mutant crdt-none; there are: [crdt-");
  }

  @ParameterizedTest
  @EnumSource
  void eachMutantIsCaught(CrdtMutant mutant) {
    Optional<Outcome<CrdtCount>> caught =
        IntStream.rangeClosed(1, MUTANT_SEEDS)
            .mapToObj(seed -> CrdtWorld.run(seed, mutant))
            .filter(outcome -> outcome.failure().isPresent())
            .findFirst();
    assertThat(caught).as(mutant.id()).isPresent();
    assertThat(caught.get().text()).contains("./dev sim crdt --seed 0x", "--mutant " + mutant.id());
  }
}
