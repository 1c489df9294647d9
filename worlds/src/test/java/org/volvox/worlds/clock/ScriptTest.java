package org.volvox.worlds.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/** A script's text: it comes back as it was, and what is wrong in it is said with its line. */
class ScriptTest {
  private static final String ALL =
      """
      lab 1
      seed 7
      nodes 3
      rules forget-max do-not-send-clock
      @0 n2 skew -25
      @0 n1 local "boot & go"
      @0 n1 local
      @10 n1 send n2 delay 30
      @15 drop m1
      @16 n2 send n1 delay 5
      @20 duplicate m2 delay 40
      @20 delay m2 80
      @30 node n4
      @90 remove n2
      """;

  @Test
  void comesBackAsItWasWritten() {
    assertThat(Scripts.read(ALL).text()).isEqualTo(ALL);
    String loose = "# a run\n\n  " + ALL.replace("\n", " \r\n\n").replace(" send ", "\t send  ");
    assertThat(Scripts.read(loose).text()).isEqualTo(ALL);
    assertThat(Scripts.read("lab 1").text()).isEqualTo("lab 1\nseed 1\nnodes 3\n");
  }

  @Test
  void randomScriptsComeBackToo() {
    for (int seed = 0; seed < 200; seed++) {
      Script script = ClockWorld.draw(seed, List.of());
      assertThat(Scripts.read(script.text()).text()).isEqualTo(script.text());
    }
  }

  @Test
  void aSendWithoutADelayDrawsItFromTheSeed() {
    String sends = "@0 n1 send n2\n@0 n1 send n2\n@0 n1 send n2\n";
    Script seven = Scripts.read("lab 1\nseed 7\n" + sends);
    assertThat(seven.text()).isEqualTo(Scripts.read("lab 1\nseed 7\n" + sends).text());
    assertThat(seven.actions()).isNotEqualTo(Scripts.read("lab 1\nseed 8\n" + sends).actions());
    assertThat(seven.actions())
        .allMatch(timed ->
            timed.action() instanceof Action.Send send
                && send.delay() >= ScriptReader.DELAY_DRAWN_MIN
                && send.delay() <= ScriptReader.DELAY_DRAWN_MAX);
  }

  @Test
  void aCopyWithoutADelayArrivesAfterTheFirstAndAfterNow() {
    String run = "lab 1\n@10 n1 send n2 delay 30\n";
    assertThat(Scripts.read(run + "@15 duplicate m1").text()).contains("@15 duplicate m1 delay 50");
    assertThat(Scripts.read(run + "@90 duplicate m1").text())
        .contains("@90 duplicate m1 delay 100");
    assertThat(Scripts.read(run + "@15 delay m1 60\n@16 duplicate m1").text())
        .contains("duplicate m1 delay 80");
    String copies = "@15 duplicate m1 delay 70\n@16 duplicate m2";
    assertThat(Scripts.read(run + copies).text()).contains("duplicate m2 delay 90");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|line 1: a script begins with: lab 1",
        "nodes 3|line 1: a script begins with: lab 1",
        "@0 n1 local|line 1: a script begins with: lab 1",
        "lab 2|line 1: the version must be a whole number from 1 to 1, not 2",
        "lab 1;seed x|line 2: the seed must be a whole number from -2147483648 to 2147483647, not x",
        "lab 1;nodes 65|line 2: the number of nodes must be a whole number from 1 to 64, not 65",
        "lab 1;nodes|line 2: the number of nodes is missing",
        "lab 1;rules no-max|line 2: no rule no-max; there are: forget-max, no-tick-on-receive, do-not-send-clock",
        "lab 1;hello|line 2: no word hello; a script has: lab, seed, nodes, rules, @0 ...",
        "lab 1;@0 n1 local;nodes 3|line 3: an action begins with its moment, as in @0 n1 local",
        "lab 1;@5 n1 local;@4 n1 local|line 3: @4 comes after @5; lines go in the order of time",
        "lab 1;@x n1 local|line 2: the moment must be a whole number from 0 to 1000000, not x",
        "lab 1;@0|line 2: an action is missing",
        "lab 1;@0 n1|line 2: no action n1; there are",
        "lab 1;@0 jump n1|line 2: no action jump; there are",
        "lab 1;@0 n1 jump|line 2: a node can local, send and skew, not jump",
        "lab 1;@0 n0 local|line 2: a node is n1 to n999, not n0",
        "lab 1;@0 n1000 local|line 2: a node is n1 to n999, not n1000",
        "lab 1;@0 n1 send|line 2: a node is missing",
        "lab 1;@0 n1 send x|line 2: a node is n1 to n999, not x",
        "lab 1;@0 n1 send n2 after 5|line 2: 'delay' is wanted, not after",
        "lab 1;@0 n1 send n2 delay 0|line 2: the delay must be a whole number from 1 to 1000000, not 0",
        "lab 1;@0 n1 send n2 delay|line 2: the delay is missing",
        "lab 1;@0 n1 local x|line 2: a text stands in double quotes, not x",
        "lab 1;@0 n1 local \"x|line 2: the text has no closing quote",
        "lab 1;@0 n1 local \"x\" \"y\"|line 2: more than is understood: \"y",
        "lab 1;@0 drop|line 2: a message is missing",
        "lab 1;@0 drop 1|line 2: a message is named like m1, not 1",
        "lab 1;@0 drop m0|line 2: a message is named like m1, not m0",
        "lab 1;@0 n1 skew 100001|line 2: the skew must be a whole number from -100000 to 100000, not 100001",
      })
  void saysWhatIsWrongAndWhere(String script, String message) {
    assertThatThrownBy(() -> ScriptReader.read(script.replace(';', '\n')))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesWhatIsTooLong() {
    String label = "x".repeat(Limits.LABEL_CHARACTERS_MAX + 1);
    assertThatThrownBy(() -> ScriptReader.read("lab 1\n@0 n1 local \"" + label + "\""))
        .hasMessageContaining("at most 80");
    assertThatThrownBy(() -> ScriptReader.read("#".repeat(Limits.SCRIPT_CHARACTERS_MAX + 1)))
        .hasMessageContaining("1048577 characters; at most 1048576");
  }

  @Test
  void neverFailsOtherwiseOnDamagedText() {
    Prng prng = new Prng(11);
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      StringBuilder text = new StringBuilder(ALL);
      for (int i = prng.between(1, 3); i > 0; i--) {
        text.setCharAt(prng.below(text.length()), "@nm0 9-\"\nlx".charAt(prng.below(11)));
      }
      try {
        Simulation.run(ScriptReader.read(text.toString()));
      } catch (ScriptException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 2_990);
  }

  @Test
  void readsOneLineForAnEdit() throws ScriptException {
    Script script = Scripts.read("lab 1\n@0 n1 send n2 delay 5\n");
    assertThat(ScriptReader.readAction(script, 9, "duplicate m1"))
        .isEqualTo(new Action.Duplicate(1, 29));
    assertThat(ScriptReader.readAction(script, 9, "node n4"))
        .isEqualTo(new Action.Join(new NodeId(4)));
    assertThat(ScriptReader.readRules("rules forget-max forget-max"))
        .containsExactly(BrokenRule.FORGET_MAX);
    assertThat(ScriptReader.readRules("rules")).isEmpty();
    assertThatThrownBy(() -> ScriptReader.readAction(script, 9, "drop m1 now"))
        .hasMessage("more than is understood: now");
  }

  @Test
  void numbersItsLinesAsItsTextHasThem() {
    Script script = Scripts.read("# first\nlab 1\n\n@0 n1 local\n@1 n1 local\n");
    assertThat(script.numbered().actions()).extracting(Action.Timed::line).containsExactly(4, 5);
    assertThat(script.withBroken(List.of(BrokenRule.FORGET_MAX)).numbered().actions())
        .extracting(Action.Timed::line)
        .containsExactly(5, 6);
  }
}
