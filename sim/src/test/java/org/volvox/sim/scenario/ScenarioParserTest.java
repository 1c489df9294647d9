package org.volvox.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;

class ScenarioParserTest {
  private final ScenarioParser parser =
      new ScenarioParser(
          List.of(
              new Verb("cluster", 1, 1, "cluster N"),
              new Verb("elect", 1, 1, "elect n1"),
              new Verb("heal", 0, 0, "heal"),
              new Verb("log", 1, Verb.ANY, "log n1 TERM:WHAT ...")));

  private Step only(String line) throws ScenarioException {
    return parser.parse("one", line).steps().getFirst();
  }

  @Test
  void readsPurposeAndSteps() throws ScenarioException {
    Scenario scenario =
        parser.parse("s", "# Why this is so.\n# And more.\n\ncluster 3 # three\n# no\n heal \n");
    assertThat(scenario.purpose()).containsExactly("Why this is so.", "And more.");
    assertThat(scenario.steps())
        .containsExactly(new Step(4, "cluster", List.of("3")), new Step(6, "heal", List.of()));
    assertThat(scenario.steps()).extracting(Step::toString).containsExactly("cluster 3", "heal");
  }

  @Test
  void namesTheLineAndTheNearestVerb() {
    assertThatThrownBy(() -> parser.parse("s", "cluster 3\n\nelekt n1"))
        .isInstanceOfSatisfying(ScenarioException.class, e -> assertThat(e.line()).isEqualTo(3))
        .hasMessage("line 3: unknown verb 'elekt', the nearest is 'elect'");
  }

  @Test
  void showsTheUsageWhenWordsAreMissingOrTooMany() {
    assertThatThrownBy(() -> parser.parse("s", "cluster")).hasMessage("line 1: usage: cluster N");
    assertThatThrownBy(() -> parser.parse("s", "heal now")).hasMessage("line 1: usage: heal");
  }

  @Test
  void refusesAScenarioWithoutSteps() {
    assertThatThrownBy(() -> parser.parse("s", "# nothing\n")).hasMessageContaining("one step");
  }

  @Test
  void readsArguments() throws ScenarioException {
    Step step = only("log n2 20 20ms 3s n1>n2 n1-n3");
    assertThat(step.node(0)).isEqualTo(new NodeId(2));
    assertThat(step.number(1)).isEqualTo(20);
    assertThat(step.micros(2)).isEqualTo(20_000);
    assertThat(step.micros(3)).isEqualTo(3_000_000);
    assertThat(step.link(4)).isEqualTo(new Step.Link(new NodeId(1), new NodeId(2), true));
    assertThat(step.link(5)).isEqualTo(new Step.Link(new NodeId(1), new NodeId(3), false));
    assertThat(step.rest(4)).containsExactly("n1>n2", "n1-n3");
    assertThat(step.rest(9)).isEmpty();
  }

  @Test
  void saysWhatAnArgumentShouldBe() throws ScenarioException {
    Step step = only("log x n0 nx 3x s 12345 a:1");
    assertThatThrownBy(() -> step.node(0)).hasMessage("line 1: log needs a node, as n1, not 'x'");
    assertThatThrownBy(() -> step.node(1)).hasMessageContaining("counted from n1");
    assertThatThrownBy(() -> step.node(2)).hasMessageContaining("a node, as n1, not 'x'");
    assertThatThrownBy(() -> step.micros(3)).hasMessageContaining("a span, as 20ms or 3s");
    assertThatThrownBy(() -> step.micros(4)).hasMessageContaining("not ''");
    assertThatThrownBy(() -> step.number(5)).hasMessageContaining("a number, not '12345'");
    assertThatThrownBy(() -> step.number(6)).hasMessageContaining("a number, not 'a:1'");
    assertThatThrownBy(() -> step.link(0)).hasMessageContaining("a link, as n1>n2");
    assertThatThrownBy(() -> step.text(7)).hasMessageContaining("more than 7 words");
  }
}
