package org.volvox.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./dev sim paxos} and the mutants of it, as they are typed. */
class PaxosRunTest {
  /** What a command printed, and its exit code in the last line. */
  private static String sim(String line) throws IOException {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream caught = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(caught);
      System.setErr(caught);
      caught.println("exit " + SimMain.run(List.of(line.split(" ", -1))));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void seedsSayWhatHappenedAndHowFast() throws IOException {
    String text = sim("paxos --seeds 30 --from 0x10");
    assertThat(text)
        .contains("paxos: 30 seeds from 16, 0 failed, digest ")
        .containsPattern("events \\d+, done \\d+, differs \\d+")
        .containsPattern(
            "took \\d+ ms, \\d+ seeds/s, \\d+ events/s, simulated time \\d+ times real")
        .endsWith("exit 0\n");
    assertThat(digest(sim("sim paxos --seeds 30 --from 16"))).isEqualTo(digest(text));
    assertThat(digest(sim("sim paxos --seeds 30 --from 17"))).isNotEqualTo(digest(text));
  }

  private static String digest(String text) {
    return text.lines()
        .filter(line -> line.contains("digest "))
        .findFirst()
        .orElseThrow()
        .replaceFirst(".*digest ", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"paxos --seed 0x7", "replay paxos 7"})
  void aSeedIsToldStepByStep(String line) throws IOException {
    assertThat(sim(line))
        .contains("trace: target/sim/paxos-7.trace")
        .contains("ok seed=0x7 steps=")
        .endsWith("exit 0\n");
  }

  @Test
  void aSeedEndsWhereItIsToldTo() throws IOException {
    assertThat(sim("paxos --seed 7 --until 50")).contains(" steps=50 ");
  }

  @Test
  void aBrokenRuleIsFoundAndItsRunCanBeSeenAgain() throws IOException {
    String hunted = sim("mutants --mutant paxos-asks-one");
    assertThat(hunted).contains("caught paxos-asks-one seed=0x").endsWith("exit 0\n");
    String seed = hunted.replaceAll("(?s).*seed=(0x[0-9a-f]+).*", "$1");
    String command = "sim paxos --seed " + seed + " --mutant paxos-asks-one";
    assertThat(sim(command))
        .containsPattern("FAIL \\w+ seed=" + seed + " step=\\d+  ./dev " + command + "\n")
        .endsWith("exit 1\n");
    assertThat(sim("paxos --seed " + seed)).endsWith("exit 0\n");
  }

  @Test
  void aMutantThatIsNotCaughtIsAFailure() throws IOException {
    assertThat(sim("mutants --mutant paxos-answers-before-sync --seeds 1"))
        .contains("SURVIVED paxos-answers-before-sync after 1 seeds")
        .endsWith("exit 1\n");
  }

  @Test
  void whatThereIsNotIsSaid() throws IOException {
    assertThat(sim("mutants --mutant paxos-sings"))
        .contains("no mutant paxos-sings; there are: [paxos-forgets-promises, ")
        .endsWith("exit 2\n");
    assertThat(sim("zab")).contains("no such command: zab", "./dev sim paxos").endsWith("exit 2\n");
  }
}
