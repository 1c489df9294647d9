package org.volvox.worlds.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.event.HappenedBefore.Answer;

/**
 * Three processes P, Q and R (n1, n2, n3) of which holds what Lamport 1978 says of its figure 1: p1
 * happened before r4, and p3 and q3 are concurrent, though q3 is earlier in physical time. The
 * clocks were worked out by hand from the papers' rules.
 */
class TextbookTest {
  private static final String RUN =
      """
      lab 1
      nodes 3
      @0 n2 skew 50
      @10 n2 send n1 delay 15
      @12 n1 send n2 delay 18
      @35 n2 local "q3"
      @40 n3 local "r1"
      @45 n2 send n3 delay 30
      @50 n3 local "r2"
      @60 n2 send n1 delay 40
      @80 n1 local "p3"
      @90 n2 send n3 delay 20
      """;

  /** Event, Lamport clock, vector clock, hybrid clock with Q's physical clock 50 ms ahead. */
  private static final List<String> CLOCKS =
      List.of(
          "n2.1 1 {n2=1} 60.0",
          "n1.1 1 {n1=1} 12.0",
          "n1.2 2 {n1=2, n2=1} 60.1",
          "n2.2 2 {n1=1, n2=2} 80.0",
          "n2.3 3 {n1=1, n2=3} 85.0",
          "n3.1 1 {n3=1} 40.0",
          "n2.4 4 {n1=1, n2=4} 95.0",
          "n3.2 2 {n3=2} 50.0",
          "n2.5 5 {n1=1, n2=5} 110.0",
          "n3.3 5 {n1=1, n2=4, n3=3} 95.1",
          "n1.3 3 {n1=3, n2=1} 80.0",
          "n2.6 6 {n1=1, n2=6} 140.0",
          "n1.4 6 {n1=4, n2=5} 110.1",
          "n3.4 7 {n1=1, n2=6, n3=4} 140.1");

  private final Played played = Scripts.play(RUN);
  private final Run run = played.run();

  @Test
  void allThreeClocksShowWhatTheRulesSay() {
    assertThat(run.happenings())
        .extracting(happening ->
            run.lanes().get(happening.lane())
                + "."
                + happening.seq()
                + " "
                + happening.clocks().lamport()
                + " "
                + happening.clocks().vector()
                + " "
                + happening.clocks().hybrid())
        .isEqualTo(CLOCKS);
  }

  @Test
  void theFirstOfPHappenedBeforeTheLastOfR() {
    assertThat(played.compare(event("n1.1"), event("n3.4"))).isEqualTo(Answer.BEFORE);
    assertThat(played.compare(event("n3.4"), event("n1.1"))).isEqualTo(Answer.AFTER);
    assertThat(played.compare(event("n3.4"), event("n3.4"))).isEqualTo(Answer.SAME);
    List<Causality.Link> chain = played.chain(event("n1.1"), event("n3.4"));
    assertThat(chain).extracting(Causality.Link::message).containsExactly(2, 0, 3, 0);
    assertThat(Telling.relation(run, event("n1.1"), event("n3.4"), Answer.BEFORE, chain))
        .isEqualTo(
            "n1's event 1 happened before n3's event 4: m2 went from n1 to n2, then m3 went from"
                + " n2 to n3.");
  }

  @Test
  void whatAMessageDoesNotTellIsConcurrent() {
    assertThat(played.compare(event("n1.3"), event("n2.3"))).isEqualTo(Answer.CONCURRENT);
    assertThat(played.compare(event("n1.4"), event("n2.3"))).isEqualTo(Answer.AFTER);
    assertThat(played.chain(event("n1.3"), event("n2.3"))).isEmpty();
  }

  @Test
  void theTotalOrderBreaksTiesByTheNode() {
    assertThat(run.order(run.size()))
        .extracting(index -> run.laneOf(index) + "." + run.at(index).seq())
        .containsExactly(
            "n1.1", "n2.1", "n3.1", "n1.2", "n2.2", "n3.2", "n1.3", "n2.3", "n2.4", "n2.5", "n3.3",
            "n1.4", "n2.6", "n3.4");
  }

  @Test
  void aReceiveIsToldWithItsArithmetic() {
    assertThat(Telling.step(run, event("n1.4"), played.rules()))
        .isEqualTo("n1 receives m4 from n2: max(3, 5) + 1 = 6");
    assertThat(Telling.step(run, event("n2.3"), played.rules())).isEqualTo("n2 q3: 2 + 1 = 3");
  }

  @Test
  void theConeOfAnEventIsAllOfTheRun() {
    History.Cone cone = played.cone(event("n1.3"), run.size());
    assertThat(cone.past()).containsExactly(event("n2.1"), event("n1.1"), event("n1.2"));
    assertThat(cone.future()).containsExactly(event("n1.4"));
    assertThat(cone.concurrent()).hasSize(run.size() - 5).contains(event("n2.3"));
  }

  private int event(String name) {
    for (int i = 0; i < run.size(); i++) {
      if ((run.laneOf(i) + "." + run.at(i).seq()).equals(name)) {
        return i;
      }
    }
    throw new AssertionError("no event " + name);
  }
}
