package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.volvox.sim.Minimizer;
import org.volvox.sim.Trace;

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
                + " --mutant votes-twice-in-a-term --until "
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
    List<Integer> all = IntStream.range(0, spec.faults().faults().size()).boxed().toList();
    List<Integer> fewest =
        new Minimizer(60)
            .minimize(
                all,
                places ->
                    RaftWorld.run(spec.keeping(places))
                        .failure()
                        .filter(failure -> failure.property().equals(property))
                        .isPresent());
    assertThat(fewest).hasSizeLessThan(all.size() / 2);
    RunResult least = RaftWorld.run(spec.keeping(fewest));
    String places = fewest.isEmpty() ? "none" : fewest.toString().replaceAll("[ \\[\\]]", "");
    assertThat(least.text())
        .contains(
            " --mutant serves-a-read-without-a-quorum --faults "
                + places
                + " --until "
                + least.failure().orElseThrow().step());
  }

  @Test
  void keepsOnlyFaultsThatThereAre() {
    Spec spec = Spec.draw(3, Mutation.NONE);
    assertThat(spec.keeping(List.of(1, 0)).faults().faults())
        .containsExactly(spec.faults().faults().get(1), spec.faults().faults().getFirst());
    assertThat(spec.keeping(List.of()).arguments()).isEqualTo("--seed 0x3 --faults none");
    assertThatThrownBy(() -> spec.keeping(List.of(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> spec.keeping(List.of(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyMutantHasANameOfItsOwn() {
    for (Mutation mutant : Mutants.ALL) {
      assertThat(Mutants.named(mutant.id())).isSameAs(mutant);
      assertThat(mutant.id()).matches("[a-z-]+");
    }
    assertThatThrownBy(() -> Mutants.named("all")).hasMessageContaining("votes-twice-in-a-term");
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
