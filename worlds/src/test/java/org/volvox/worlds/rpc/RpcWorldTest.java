package org.volvox.worlds.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.calls.service.ServiceRules;
import org.volvox.sim.Trace;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;

/** Calls of services under faults, and without one of their rules. */
class RpcWorldTest {
  private static final int SEEDS = 200;
  private static final int MUTANT_SEEDS = 1_000;

  @Test
  void everySeedKeepsTheRulesOfCalls() {
    Campaign<RpcCount> campaign = RpcWorld.campaign();
    List<Outcome<RpcCount>> failed = new ArrayList<>();
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
    Outcome<RpcCount> traced = RpcWorld.run(7, ServiceRules.PAPER, Integer.MAX_VALUE, trace);
    assertThat(traced.text()).startsWith("ok seed=0x7 steps=");
    assertThat(traced.digest()).isEqualTo(RpcWorld.run(7, ServiceRules.PAPER).digest());
    assertThat(String.join(" ", trace.lines()))
        .contains("Resolve", "Attempt[", "Ended", "effect", "answer", "caller", "host");
  }

  @Test
  void aRunCanEndEarly() {
    Outcome<RpcCount> cut = RpcWorld.run(7, ServiceRules.PAPER, 100, Trace.off());
    assertThat(cut.steps()).isEqualTo(100);
    assertThat(cut.failure()).isEmpty();
  }

  @Test
  void aCampaignInWhichTooLittleHappensSaysSo() {
    int quiet =
        IntStream.rangeClosed(1, 100)
            .filter(seed -> count(seed, RpcCount.CANCELLED) == 0)
            .findFirst()
            .orElseThrow();
    Campaign<RpcCount> campaign = RpcWorld.campaign();
    campaign.run(quiet, 1, _ -> {});
    assertThat(campaign.belowFloor()).contains("CANCELLED 0 below 4");
  }

  private static long count(int seed, RpcCount what) {
    return RpcWorld.run(seed, ServiceRules.PAPER).tally().get(what);
  }

  @Test
  void aMutantIsNamed() {
    assertThat(RpcMutant.named("rpc-runs-beside")).isEqualTo(RpcMutant.RUNS_BESIDE);
    assertThatThrownBy(() -> RpcMutant.named("rpc-none"))
        .hasMessageContaining("no mutant rpc-none; there are: [rpc-");
  }

  @ParameterizedTest
  @EnumSource
  void eachMutantIsCaught(RpcMutant mutant) {
    Optional<Outcome<RpcCount>> caught =
        IntStream.rangeClosed(1, MUTANT_SEEDS)
            .mapToObj(seed -> RpcWorld.run(seed, mutant))
            .filter(outcome -> outcome.failure().isPresent())
            .findFirst();
    assertThat(caught).as(mutant.id()).isPresent();
    assertThat(caught.get().text()).contains("./dev sim rpc --seed 0x", "--mutant " + mutant.id());
  }
}
