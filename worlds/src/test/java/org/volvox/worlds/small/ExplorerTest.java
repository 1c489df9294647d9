package org.volvox.worlds.small;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.base.Prng;
import org.volvox.consensus.raft.Rules;
import org.volvox.worlds.raft.Mutants;

class ExplorerTest {
  @ParameterizedTest
  @EnumSource(Start.class)
  void everyOrderUpToFiveChoicesIsSafe(Start start) {
    Explorer.Outcome outcome = Explorer.explore(start, Rules.PAPER, Bounds.of(5));
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.depth()).isEqualTo(5);
    assertThat(outcome.bounded()).isFalse();
    assertThat(outcome.states()).isGreaterThan(5_000);
    assertThat(outcome.transitions()).isGreaterThan(outcome.states());
  }

  @ParameterizedTest
  @EnumSource(Start.class)
  void alsoWithoutPreVotes(Start start) {
    Explorer.Outcome outcome = Explorer.explore(start, Mutants.SKIPS_PRE_VOTE.core(), Bounds.of(4));
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.depth()).isEqualTo(4);
  }

  @Test
  void findsTheShortestWayToACommitThatIsNotDurable() {
    Explorer.Outcome outcome =
        Explorer.explore(Start.LED, Mutants.ANSWERS_BEFORE_SYNC.core(), Bounds.of(5));
    Explorer.Failure failure = outcome.failure().orElseThrow();
    assertThat(failure.property()).isEqualTo("CommittedOnMajority");
    assertThat(failure.choices())
        .hasSize(3)
        .satisfies(choices -> {
          assertThat(choices.getFirst()).isEqualTo("n1 is given a command");
          assertThat(choices.get(1)).endsWith("comes and n2 crashes");
          assertThat(choices.getLast()).startsWith("n2>n1 AppendAccepted");
        });
    assertThat(outcome.depth()).isEqualTo(2);
  }

  /** A follower hears of entry and commit in one message, and crashes before it wrote either. */
  @Test
  void whatIsLostInACrashMayBeCommitted() {
    Bounds bounds = new Bounds(7, 1, 1, 0, 1, 0, 1_000_000);
    Explorer.Outcome outcome = Explorer.explore(Start.LED, Rules.PAPER, bounds);
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.depth()).isEqualTo(7);
  }

  @Test
  void findsTwoLeadersOfATerm() {
    Bounds bounds = new Bounds(7, 1, 0, 0, 1, 0, 1_000_000);
    Explorer.Outcome outcome = Explorer.explore(Start.DIVERGED, Mutants.VOTES_TWICE.core(), bounds);
    assertThat(outcome.failure().orElseThrow().property()).isEqualTo("SingleLeaderPerTerm");
    assertThat(Explorer.explore(Start.DIVERGED, Rules.PAPER, bounds).failure()).isEmpty();
  }

  @Test
  void findsAReadOfALeaderThatWasDeposed() {
    Bounds bounds = new Bounds(6, 1, 0, 1, 0, 0, 1_000_000);
    Explorer.Outcome outcome =
        Explorer.explore(Start.DIVERGED, Mutants.READS_WITHOUT_QUORUM.core(), bounds);
    assertThat(outcome.failure().orElseThrow().property()).isEqualTo("Linearizability");
    assertThat(outcome.failure().orElseThrow().choices().getLast())
        .isEqualTo("n1 is asked to read");
    assertThat(Explorer.explore(Start.DIVERGED, Rules.PAPER, bounds).failure()).isEmpty();
  }

  @Test
  void saysThatTheLimitOfStatesCameFirst() {
    Explorer.Outcome outcome =
        Explorer.explore(Start.NEW, Rules.PAPER, new Bounds(5, 4, 1, 1, 1, 1, 1_000));
    assertThat(outcome.bounded()).isTrue();
    assertThat(outcome.states()).isBetween(1_000, 1_100);
  }

  @Test
  void sameBoundsSameStates() {
    Explorer.Outcome one = Explorer.explore(Start.LED, Rules.PAPER, Bounds.of(3));
    assertThat(Explorer.explore(Start.LED, Rules.PAPER, Bounds.of(3))).isEqualTo(one);
  }

  @Test
  void tellsEveryKindOfChoiceInWords() {
    SmallWorld world = new SmallWorld(Rules.PAPER, Bounds.of(9), new java.util.LinkedHashMap<>());
    Start.LED.lead(world);
    world.choose(SmallWorld.code(SmallWorld.Kind.PROPOSE, 0));
    List<String> words = world.choices().stream().map(world::text).toList();
    assertThat(words)
        .contains("n1 times out", "n2 times out and crashes", "n1 is asked to read", "n3 restarts")
        .anyMatch(text -> text.startsWith("n1>n2 Append") && text.endsWith(" comes"))
        .anyMatch(text -> text.endsWith("comes and will come again"))
        .doesNotContain("n1 is given a command");
  }

  @Test
  void aSetOfLongsIsASet() {
    LongSet set = new LongSet();
    Set<Long> twin = new HashSet<>();
    Prng prng = new Prng(3);
    for (int i = 0; i < 20_000; i++) {
      long value = (long) prng.below(6_000) << 32 | prng.below(3);
      assertThat(set.add(value)).isEqualTo(twin.add(value));
    }
    assertThat(set.add(0)).isEqualTo(twin.add(0L));
    assertThat(set.size()).isEqualTo(twin.size());
  }
}
