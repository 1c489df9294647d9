package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.volvox.sim.Minimizer;
import org.volvox.sim.Trace;
import org.volvox.sim.fault.Fault;

class RaftWorldTest {
  private static final int MUTANT_SEEDS_MAX = 1_000;

  @Test
  void holdsForAHundredSeedsInWhichEnoughHappens() {
    Campaign campaign = new Campaign();
    campaign.run(
        1_000,
        100,
        Mutation.NONE,
        result -> assertThat(result.failure()).as(result.text()).isEmpty());
    assertThat(campaign.failures()).isZero();
    assertThat(campaign.belowFloor()).isEmpty();
    assertThat(campaign.digest()).hasSize(16);
    assertThat(campaign.total().text()).contains("elections").contains("torn");
  }

  @Test
  void aCampaignWithoutRunsIsAboveItsFloorsAndOneWithACalmRunIsNot() {
    Campaign none = new Campaign();
    assertThat(none.belowFloor()).isEmpty();
    none.total().runs = 1;
    assertThat(none.belowFloor()).contains("elections 0 below 1; ");
  }

  static List<Mutation> mutants() {
    return Mutants.ALL;
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void catchesEachMutant(Mutation mutant) {
    for (int seed = 1; seed <= MUTANT_SEEDS_MAX; seed++) {
      if (RaftWorld.run(Spec.draw(seed, mutant)).failure().isPresent()) {
        return;
      }
    }
    throw new AssertionError(mutant.name() + " survived " + MUTANT_SEEDS_MAX + " seeds");
  }

  @Test
  void aFailureIsOneLineToPasteAndTheSameAgain() {
    RunResult failed = firstFailure(Mutants.VOTES_TWICE);
    RunResult.Failure failure = failed.failure().orElseThrow();
    String hex = "0x" + Integer.toHexString(failed.seed());
    assertThat(failed.text())
        .isEqualTo(
            "FAIL "
                + failure.property()
                + " seed="
                + hex
                + " step="
                + failure.step()
                + "  ./dev sim raft --seed "
                + hex
                + " --until "
                + failure.step());
    RunResult again = RaftWorld.run(Spec.draw(failed.seed(), Mutants.VOTES_TWICE));
    assertThat(again.failure()).isEqualTo(failed.failure());
    assertThat(again.digest()).isEqualTo(failed.digest());
  }

  @Test
  void aFailureKeepsFailingWithTheFewestFaults() {
    RunResult failed = firstFailure(Mutants.READS_WITHOUT_QUORUM);
    Spec spec = Spec.draw(failed.seed(), Mutants.READS_WITHOUT_QUORUM);
    String property = failed.failure().orElseThrow().property();
    List<Fault.Timed> fewest =
        new Minimizer(40)
            .minimize(
                spec.faults().faults(),
                faults ->
                    RaftWorld.run(spec.withFaults(faults))
                        .failure()
                        .filter(failure -> failure.property().equals(property))
                        .isPresent());
    assertThat(fewest).hasSizeLessThan(spec.faults().faults().size());
  }

  @Test
  void runsUpToAStepAndTracesIt() {
    Trace trace = Trace.last(1_000);
    RunResult result = RaftWorld.run(Spec.draw(3, Mutation.NONE), 250, trace);
    assertThat(result.steps()).isEqualTo(250);
    assertThat(result.text()).startsWith("ok seed=0x3 steps=250 digest=");
    assertThat(trace.lines()).hasSizeGreaterThanOrEqualTo(250);
  }

  @Test
  void tracingChangesNothing() {
    Spec spec = Spec.draw(5, Mutation.NONE);
    assertThat(RaftWorld.run(spec, Integer.MAX_VALUE, Trace.last(10)).digest())
        .isEqualTo(RaftWorld.run(spec).digest());
  }

  private static RunResult firstFailure(Mutation mutant) {
    for (int seed = 1; seed <= MUTANT_SEEDS_MAX; seed++) {
      RunResult result = RaftWorld.run(Spec.draw(seed, mutant));
      if (result.failure().isPresent()) {
        return result;
      }
    }
    throw new AssertionError(mutant.name() + " was not caught");
  }
}
