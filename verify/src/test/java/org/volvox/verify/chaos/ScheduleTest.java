package org.volvox.verify.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The faults of a seed. */
final class ScheduleTest {
  private static final int TEN_MINUTES = 600_000;
  private static final Set<Blow.Kind> ALL = EnumSet.allOf(Blow.Kind.class);

  @Test
  void aSeedGivesTheSameFaultsAgainAndAnotherGivesOthers() {
    List<Blow> one = Schedule.draw(7, 3, TEN_MINUTES, ALL);
    assertThat(Schedule.draw(7, 3, TEN_MINUTES, ALL)).isEqualTo(one);
    assertThat(Schedule.draw(8, 3, TEN_MINUTES, ALL)).isNotEqualTo(one);
  }

  @Test
  void aWordThatNamesNoFaultIsSaidWithAllThatDo() {
    assertThat(ChaosRun.unknown(List.of("kill", "power_cut"))).isEmpty();
    assertThat(ChaosRun.unknown(List.of("kill", "flood", "fire")))
        .hasValueSatisfying(text ->
            assertThat(text)
                .startsWith("no fault is called fire, flood; there are kill, power_cut,"));
  }

  @Test
  void tenMinutesHaveEveryKindAndRowsThatDoNotOverlap() {
    for (long seed = 1; seed <= 50; seed++) {
      List<Blow> all = Schedule.draw(seed, 5, TEN_MINUTES, ALL);
      Set<Blow.Kind> seen = EnumSet.noneOf(Blow.Kind.class);
      Map<Blow.Row, Integer> free = new EnumMap<>(Blow.Row.class);
      for (Blow blow : all) {
        seen.add(blow.kind());
        Blow.Row row = blow.kind().row();
        assertThat(blow.atMillis())
            .as(blow.line())
            .isGreaterThanOrEqualTo(free.getOrDefault(row, 0));
        free.put(row, blow.endMillis());
        assertThat(blow.endMillis()).isLessThanOrEqualTo(TEN_MINUTES);
      }
      assertThat(seen).isEqualTo(ALL);
    }
  }

  @Test
  void whatRuinsKeepsToAMinority() {
    for (int nodes : new int[] {3, 5}) {
      for (long seed = 1; seed <= 50; seed++) {
        Set<Integer> ruined = new TreeSet<>();
        for (Blow blow : Schedule.draw(seed, nodes, TEN_MINUTES, ALL)) {
          if (blow.kind().ruins()) ruined.addAll(blow.nodes());
        }
        assertThat(ruined).hasSizeBetween(1, (nodes - 1) / 2);
      }
    }
  }
}
