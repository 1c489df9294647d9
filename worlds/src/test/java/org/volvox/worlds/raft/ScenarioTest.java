package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.volvox.sim.Trace;
import org.volvox.sim.scenario.ScenarioException;

class ScenarioTest {
  static List<String> names() {
    return RaftVerbs.SCENARIOS;
  }

  @ParameterizedTest
  @MethodSource("names")
  void holdsAndFailsWithoutTheRuleThatItGuards(String name) throws Exception {
    RaftVerbs.Outcome outcome = RaftVerbs.check(RaftVerbs.parse(name, text(name)));
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.withoutGuard()).as("without %s", outcome.guard()).isPresent();
    assertThat(outcome.holds()).isTrue();
  }

  private static String text(String name) throws IOException {
    try (InputStream in = RaftVerbs.class.getResourceAsStream(name + ".scenario")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Optional<String> run(String... lines) throws ScenarioException {
    return ScenarioRunner.run(
        RaftVerbs.parse("test", String.join("\n", lines)), Mutation.NONE, Trace.off());
  }

  @Test
  void figureEightsDamageIsWhatThePaperSays() throws Exception {
    RaftVerbs.Outcome outcome = RaftVerbs.check(RaftVerbs.parse("f8", text("figure-8")));
    assertThat(outcome.withoutGuard().orElseThrow())
        .contains("LeaderCompleteness: n5 leads term 4 without entry 2 of term 1");
  }

  @ParameterizedTest
  @CsvSource({
    "leader n2, 'n2 is not a LEADER: FOLLOWER of term 1, leader n1, commit 1'",
    "follower n1, 'n1 is not a FOLLOWER'",
    "follows n2 n3, 'n2 is not a follower of n3'",
    "term n1 7, 'n1 is not in term 7'",
    "committed n1 9, 'n1 is not at commit 9'",
    "log n1 1:x=7, 'n1 has the log 1:noop'",
    "value n1 x=3, 'n1 has the value 0'",
    "wait n1 5, 'n1 has 1 entries, not 5'",
    "done, 'the last request is open'",
    "refused, 'the last request is open'",
    "leader n4, 'there is no n4 in a cluster of 3'",
    "cut n1-n4, 'there is no n4 in a cluster of 3'",
    "propose n1 seven, 'needs an assignment'",
    "propose n1 x7z, 'needs an assignment'",
    "propose n1 X=7, 'a key is a letter'",
    "read n1 xy, 'a key is a letter'",
    "read n1 ~, 'a key is a letter'",
    "cluster 8, 'a cluster has 1 to 7 nodes'",
    "cluster 0, 'a cluster has 1 to 7 nodes'",
    "cluster 3 pagd, 'usage: cluster N [paged]'",
  })
  void saysWhatIsNotAsWritten(String line, String message) throws ScenarioException {
    assertThat(run("cluster 3", "elect n1", "settle", line).orElseThrow())
        .startsWith("line 4: ")
        .contains(message);
  }

  @Test
  void followsARequestThroughAllItsEnds() throws ScenarioException {
    assertThat(
            run(
                "cluster 3",
                "elect n1",
                "settle",
                "propose n2 x=1",
                "open",
                "settle",
                "refused",
                "propose n1 x=5",
                "settle",
                "done 0",
                "read n1 x",
                "settle",
                "done 5",
                "value n1 x=5"))
        .isEmpty();
    assertThat(run("cluster 1", "elect n1", "propose n1 x=5", "settle", "done 9"))
        .contains("line 5: the answer is 0, not 9");
    assertThat(run("cluster 1", "elect n1", "propose n1 x=5", "settle", "open").orElseThrow())
        .contains("Done");
  }

  @Test
  void membersStopAndGoOn() throws ScenarioException {
    assertThat(
            run(
                "cluster 3",
                "elect n1",
                "slow n1-n2 5ms",
                "slow n1>n3 5ms",
                "pause n3",
                "propose n1 x=1",
                "settle",
                "done",
                "resume n3",
                "settle",
                "agree",
                "crash n3",
                "agree",
                "leader n3"))
        .contains("line 14: n3 is down");
    assertThat(run("cluster 2", "elect n1", "crash n1", "elect n2"))
        .contains("line 4: n2 did not become leader");
    assertThat(run("cluster 3", "elect n1", "isolate n1", "propose n1 x=1", "settle", "agree"))
        .hasValueSatisfying(text -> assertThat(text).contains("do not agree"));
  }

  @Test
  void refusesScenariosThatProveNothing() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> RaftVerbs.check(RaftVerbs.parse("s", "cluster 3"))))
        .hasMessageContaining("needs a line: guard RULE");
    assertThatThrownBy(() -> RaftVerbs.check(RaftVerbs.parse("s", "cluster 3\nguard all")))
        .hasMessageContaining("line 2: no rule all");
    assertThatThrownBy(() -> RaftVerbs.parse("s", "clutser 3")).hasMessageContaining("'cluster'");
  }

  @Test
  void beginsWithACluster() throws ScenarioException {
    assertThat(run("settle")).contains("line 1: the first step must be: cluster N");
  }

  @Test
  void aScenarioThatHoldsWithoutItsGuardDoesNotCount() throws ScenarioException {
    RaftVerbs.Outcome outcome =
        RaftVerbs.check(RaftVerbs.parse("s", "cluster 1\nguard votes-once\nelect n1"));
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.holds()).isFalse();
    RaftVerbs.Outcome broken =
        RaftVerbs.check(RaftVerbs.parse("s", "cluster 1\nguard votes-once\nterm n1 4"));
    assertThat(broken.holds()).isFalse();
  }
}
