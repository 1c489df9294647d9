package org.volvox.worlds.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.sim.Trace;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;

/** Watches, leases and locks, under faults, and without one of their rules. */
class KeysWorldTest {
  private static final int SEEDS = 200;
  private static final int MUTANT_SEEDS = 1_000;

  @Test
  void everySeedKeepsWhatWatchesLeasesAndLocksPromise() {
    Campaign<KeysCount> campaign = KeysWorld.campaign();
    List<Outcome<KeysCount>> failed = new ArrayList<>();
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
    Outcome<KeysCount> traced = KeysWorld.run(7, KeysRules.PAPER, Integer.MAX_VALUE, trace);
    assertThat(traced.text()).startsWith("ok seed=0x7 steps=");
    assertThat(traced.digest()).isEqualTo(KeysWorld.run(7, KeysRules.PAPER).digest());
    assertThat(String.join(" ", trace.lines()))
        .contains("Act[", "Lead[", "Arrive[", "Write[", "Watch[");
  }

  @Test
  void aRunCanEndEarly() {
    Outcome<KeysCount> cut = KeysWorld.run(7, KeysRules.PAPER, 100, Trace.off());
    assertThat(cut.steps()).isEqualTo(100);
    assertThat(cut.failure()).isEmpty();
  }

  @Test
  void aCampaignInWhichTooLittleHappensSaysSo() {
    int quiet =
        IntStream.rangeClosed(1, 100)
            .filter(seed -> count(seed, KeysCount.FENCED) < 2)
            .findFirst()
            .orElseThrow();
    Campaign<KeysCount> campaign = KeysWorld.campaign();
    campaign.run(quiet, 1, _ -> {});
    assertThat(campaign.belowFloor()).contains("FENCED ", " below 2");
  }

  private static long count(int seed, KeysCount what) {
    return KeysWorld.run(seed, KeysRules.PAPER).tally().get(what);
  }

  @Test
  void aMutantIsNamed() {
    assertThat(KeysMutant.named("keys-hears-twice")).isEqualTo(KeysMutant.HEARS_TWICE);
    assertThatThrownBy(() -> KeysMutant.named("keys-none"))
        .hasMessageContaining("no mutant keys-none; there are: [keys-");
  }

  @ParameterizedTest
  @EnumSource
  void eachMutantIsCaught(KeysMutant mutant) {
    Optional<Outcome<KeysCount>> caught =
        IntStream.rangeClosed(1, MUTANT_SEEDS)
            .mapToObj(seed -> KeysWorld.run(seed, mutant))
            .filter(outcome -> outcome.failure().isPresent())
            .findFirst();
    assertThat(caught).as(mutant.id()).isPresent();
    assertThat(caught.get().text()).contains("./dev sim keys --seed 0x", "--mutant " + mutant.id());
  }
}
