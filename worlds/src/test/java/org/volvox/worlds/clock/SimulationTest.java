package org.volvox.worlds.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.clock.ClockRules;

/** What a script's lines do. */
class SimulationTest {
  private static List<String> told(String script) {
    Played played = Scripts.play("lab 1\n" + script);
    return IntStream.range(0, played.run().size())
        .mapToObj(i ->
            "@" + played.run().at(i).at() + " " + Telling.step(played.run(), i, played.rules()))
        .toList();
  }

  @Test
  void aMessageArrivesAfterItsDelay() {
    assertThat(told("@0 n1 local\n@10 n1 send n2 delay 30\n"))
        .containsExactly(
            "@0 n1 has a local event: 0 + 1 = 1",
            "@10 n1 sends m1 to n2: 1 + 1 = 2",
            "@40 n2 receives m1 from n1: max(0, 2) + 1 = 3");
  }

  @Test
  void aDroppedMessageIsLostWhereItIs() {
    assertThat(told("@10 n1 send n2 delay 30\n@15 drop m1\n"))
        .containsExactly("@10 n1 sends m1 to n2: 0 + 1 = 1", "@15 m1 from n1 to n2 is lost");
  }

  @Test
  void aCopyArrivesOnItsOwn() {
    assertThat(told("@10 n1 send n2 delay 30\n@16 duplicate m1 delay 40\n@20 drop m1\n"))
        .containsExactly(
            "@10 n1 sends m1 to n2: 0 + 1 = 1",
            "@20 m1 from n1 to n2 is lost",
            "@50 n2 receives m2, a copy of m1, from n1: max(0, 1) + 1 = 2");
  }

  @Test
  void aDelayedMessageIsOvertaken() {
    assertThat(told("@0 n1 send n2 delay 20\n@5 n1 send n2 delay 20\n@10 delay m1 80\n"))
        .endsWith(
            "@25 n2 receives m2 from n1: max(0, 2) + 1 = 3",
            "@80 n2 receives m1 from n1: max(3, 1) + 1 = 4");
    assertThat(told("@0 n1 send n2 delay 50\n@10 delay m1 20\n"))
        .endsWith("@20 n2 receives m1 from n1: max(0, 1) + 1 = 2");
  }

  @Test
  void nodesComeAndGo() {
    assertThat(
            told(
                "nodes 2\n@0 node n4\n@1 n1 send n4 delay 9\n@2 n2 send n4 delay 3\n@6 remove n4\n"))
        .containsExactly(
            "@0 n4 joins",
            "@1 n1 sends m1 to n4: 0 + 1 = 1",
            "@2 n2 sends m2 to n4: 0 + 1 = 1",
            "@5 n4 receives m2 from n2: max(0, 1) + 1 = 2",
            "@6 n4 leaves",
            "@10 m1 from n1 to n4 is lost");
  }

  @Test
  void whatIsDueArrivesBeforeTheLinesOfItsMoment() {
    assertThat(told("@0 n1 send n3 delay 10\n@0 n2 send n3 delay 10\n@10 n3 local\n"))
        .endsWith(
            "@10 n3 receives m1 from n1: max(0, 1) + 1 = 2",
            "@10 n3 receives m2 from n2: max(2, 1) + 1 = 3",
            "@10 n3 has a local event: 3 + 1 = 4");
  }

  @Test
  void brokenRulesAreToldAsTheyAre() {
    String run = "@0 n1 local\n@0 n1 send n2 delay 5\n";
    assertThat(told("rules forget-max\n" + run)).endsWith("@5 n2 receives m1 from n1: 0 + 1 = 1");
    assertThat(told("rules no-tick-on-receive\n" + run))
        .endsWith("@5 n2 receives m1 from n1: max(0, 2) = 2");
    assertThat(told("rules do-not-send-clock\n" + run))
        .endsWith("@5 n2 receives m1 from n1: max(0, nothing) + 1 = 1");
    assertThat(told("rules forget-max no-tick-on-receive\n" + run))
        .endsWith("@5 n2 receives m1 from n1: 0 = 0");
    assertThat(BrokenRule.without(List.of())).isSameAs(ClockRules.PAPER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@0 n9 local|no node n9; add it with: node n9",
        "@0 n1 send n9 delay 1|no node n9; add it with: node n9",
        "@0 n1 send n1 delay 1|n1 cannot send to itself; a message goes to another node",
        "@0 drop m1|no message m1; none was sent",
        "@0 duplicate m1|no message m1; none was sent",
        "@0 n1 send n2 delay 5;@1 drop m2|no message m2; the last one is m1",
        "@0 n1 send n2 delay 5;@9 drop m1|m1 arrived at 5",
        "@0 n1 send n2 delay 5;@1 drop m1;@2 delay m1 9|m1 was lost at 1",
        "@0 n1 send n2 delay 5;@1 drop m1;@2 duplicate m1|m1 is lost; only what is on its way",
        "@0 n1 send n2 delay 9;@5 delay m1 5|m1 would arrive at 5, and it is 5 already; the delay"
            + " counts from the send: give at least 6",
        "@0 node n3|n3 is there already",
        "@0 remove n3;@1 node n3|n3 has left; take a new number",
        "@0 remove n3;@1 n3 local|n3 left at 0",
        "@0 n9 skew 5|no node n9",
      })
  void saysWhyALineCannotTakePlace(String lines, String message) {
    Script script = Scripts.read("lab 1\n" + lines.replace(';', '\n'));
    int line = (int) lines.chars().filter(character -> character == ';').count() + 2;
    assertThatThrownBy(() -> Simulation.run(script))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith("line " + line + ": " + message);
  }

  @Test
  void refusesMoreNodesAndEventsThanThereIsRoomFor() {
    Script nodes = Scripts.read("lab 1\nnodes 64\n@0 node n65\n");
    assertThatThrownBy(() -> Simulation.run(nodes)).hasMessageContaining("64 nodes already");
    Script events =
        Scripts.read("lab 1\n" + "@0 n1 local\n".repeat(Limits.HAPPENINGS_MAX) + "@0 n1 local\n");
    assertThatThrownBy(() -> Simulation.run(events))
        .hasMessage("line 20002: more than 20000 events; shorten the script");
  }

  @Test
  void knowsHowFarItIsAtAnyMoment() {
    Run run = Scripts.play("lab 1\n@0 n1 local\n@5 n1 skew 7\n@9 n1 send n2 delay 6\n").run();
    assertThat(run.countUntil(0)).isEqualTo(1);
    assertThat(run.countUntil(9)).isEqualTo(2);
    assertThat(run.countUntil(14)).isEqualTo(2);
    assertThat(run.countUntil(15)).isEqualTo(3);
    assertThat(run.end()).isEqualTo(15);
    assertThat(run.skewAt(0, 4)).isZero();
    assertThat(run.skewAt(0, 5)).isEqualTo(7);
    assertThat(run.skewAt(1, 5)).isZero();
    assertThat(Scripts.play("lab 1").run().end()).isZero();
    assertThat(run.message(0)).isEmpty();
    assertThat(run.message(1).orElseThrow().id()).isEqualTo("m1");
    assertThat(run.placeOf(2)).isEqualTo(1);
  }

  @Test
  void anyDifferenceShowsInTheDigest() {
    List<String> digests =
        Stream.of(
                "@0 n1 local",
                "@1 n1 local",
                "@0 n2 local",
                "@0 n1 local \"x\"",
                "@0 n1 skew 9\n@0 n1 local",
                "@0 n1 send n2 delay 5",
                "@0 n1 send n2 delay 6",
                "@0 n1 send n3 delay 6",
                "")
            .map(lines -> Scripts.play("lab 1\n" + lines).run().digest())
            .toList();
    assertThat(digests).doesNotHaveDuplicates();
    String run = "@0 n1 local\n@0 n1 send n2 delay 5\n";
    assertThat(Scripts.play("lab 1\nrules forget-max\n" + run).run().digest())
        .isNotEqualTo(Scripts.play("lab 1\n" + run).run().digest());
    assertThat(Scripts.play("lab 1\n" + run).run().digest())
        .isEqualTo(Scripts.play("lab 1\n" + run).run().digest());
  }
}
