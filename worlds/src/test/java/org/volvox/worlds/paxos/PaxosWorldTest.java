package org.volvox.worlds.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.sim.Trace;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;

/** Registers under faults, and Paxos one rule short. */
class PaxosWorldTest {
  private static final int SEEDS = 300;
  private static final int MUTANT_SEEDS = 1_000;

  @Test
  void everySeedKeepsItsRegistersLinearizable() {
    Campaign<PaxosCount> campaign = PaxosWorld.campaign();
    List<Outcome<PaxosCount>> failed = new ArrayList<>();
    campaign.run(
        1,
        SEEDS,
        outcome -> {
          if (outcome.failure().isPresent()) failed.add(outcome);
        });
    assertThat(failed).isEmpty();
    assertThat(campaign.belowFloor()).isEmpty();
  }

  @Test
  void aSeedGivesTheSameRunAgain() {
    Outcome<PaxosCount> one = PaxosWorld.run(7, PaxosRules.PAPER);
    assertThat(PaxosWorld.run(7, PaxosRules.PAPER).digest()).isEqualTo(one.digest());
    assertThat(PaxosWorld.run(8, PaxosRules.PAPER).digest()).isNotEqualTo(one.digest());
  }

  @Test
  void aTraceTellsTheRunAndChangesNothing() {
    Trace trace = Trace.last(1_000_000);
    Outcome<PaxosCount> traced = PaxosWorld.run(7, PaxosRules.PAPER, Integer.MAX_VALUE, trace);
    assertThat(traced.digest()).isEqualTo(PaxosWorld.run(7, PaxosRules.PAPER).digest());
    assertThat(traced.tally().get(PaxosCount.EVENTS)).isLessThan(trace.lines().size());
    assertThat(String.join(" ", trace.lines()))
        .contains("Prepare", "Promise", "Accept", "Accepted", "Seen", "Answer", "Decided");
  }

  @Test
  void aMutantIsNamed() {
    assertThat(PaxosMutant.named("paxos-asks-one")).isEqualTo(PaxosMutant.ASKS_ONE);
    assertThatThrownBy(() -> PaxosMutant.named("paxos-none"))
        .hasMessageContaining("no mutant paxos-none; there are: [paxos-");
  }

  @Test
  void aCampaignInWhichTooLittleHappensSaysSo() {
    Campaign<PaxosCount> campaign = PaxosWorld.campaign();
    int quiet =
        IntStream.rangeClosed(1, 100)
            .filter(
                seed -> PaxosWorld.run(seed, PaxosRules.PAPER).tally().get(PaxosCount.ERASED) == 0)
            .findFirst()
            .orElseThrow();
    campaign.run(quiet, 1, _ -> {});
    assertThat(campaign.belowFloor()).contains("ERASED 0 below");
  }

  @Test
  void aRunCanEndEarly() {
    Trace trace = Trace.last(1_000_000);
    Outcome<PaxosCount> cut = PaxosWorld.run(7, PaxosRules.PAPER, 100, trace);
    assertThat(cut.tally().get(PaxosCount.EVENTS)).isEqualTo(100);
    assertThat(cut.failure()).isEmpty();
    assertThat(trace.lines()).isNotEmpty();
  }

  @Test
  void aTraceShowsWhatAMutantBroke() {
    Trace trace = Trace.last(1_000_000);
    Outcome<PaxosCount> broken = PaxosWorld.run(1, PaxosMutant.ASKS_ONE, Integer.MAX_VALUE, trace);
    assertThat(broken.failure()).isPresent();
    assertThat(broken.failure().get().command()).contains("--mutant paxos-asks-one");
    assertThat(trace.lines()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void eachMutantIsCaught(PaxosMutant mutant) {
    Optional<Outcome<PaxosCount>> caught =
        IntStream.rangeClosed(1, MUTANT_SEEDS)
            .mapToObj(seed -> PaxosWorld.run(seed, mutant))
            .filter(outcome -> outcome.failure().isPresent())
            .findFirst();
    assertThat(caught).as(mutant.id()).isPresent();
  }
}
