package org.volvox.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./dev sim paxos|rpc} and the mutants of them, as they are typed. */
class WorldRunTest {
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

  @ParameterizedTest
  @CsvSource({
    "paxos, 'events \\d+, done \\d+, differs \\d+'",
    "rpc, 'events \\d+, calls \\d+, returned \\d+'"
  })
  void seedsSayWhatHappenedAndHowFast(String world, String counts) throws IOException {
    String text = sim(world + " --seeds 30 --from 0x10");
    assertThat(text)
        .contains(world + ": 30 seeds from 16, 0 failed, digest ")
        .containsPattern(counts)
        .containsPattern(
            "took \\d+ ms, \\d+ seeds/s, \\d+ events/s, simulated time \\d+ times real")
        .endsWith("exit 0\n");
    assertThat(digest(sim("sim " + world + " --seeds 30 --from 16"))).isEqualTo(digest(text));
    assertThat(digest(sim("sim " + world + " --seeds 30 --from 17"))).isNotEqualTo(digest(text));
  }

  private static String digest(String text) {
    return text.lines()
        .filter(line -> line.contains("digest "))
        .findFirst()
        .orElseThrow()
        .replaceFirst(".*digest ", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"paxos --seed 0x7", "replay paxos 7", "rpc --seed 7", "replay rpc 0x7"})
  void aSeedIsToldStepByStep(String line) throws IOException {
    String world = line.contains("rpc") ? "rpc" : "paxos";
    assertThat(sim(line))
        .contains("trace: target/sim/" + world + "-7.trace")
        .contains("ok seed=0x7 steps=")
        .endsWith("exit 0\n");
  }

  @Test
  void aSeedEndsWhereItIsToldTo() throws IOException {
    assertThat(sim("paxos --seed 7 --until 50")).contains(" steps=50 ");
  }

  @ParameterizedTest
  @CsvSource({"paxos, paxos-asks-one", "rpc, rpc-runs-beside"})
  void aBrokenRuleIsFoundAndItsRunCanBeSeenAgain(String world, String mutant) throws IOException {
    String hunted = sim("mutants --mutant " + mutant);
    assertThat(hunted).contains("caught " + mutant + " seed=0x").endsWith("exit 0\n");
    String seed = hunted.replaceAll("(?s).*seed=(0x[0-9a-f]+).*", "$1");
    String command = "sim " + world + " --seed " + seed + " --mutant " + mutant;
    assertThat(sim(command))
        .containsPattern("FAIL \\w+ seed=" + seed + " step=\\d+  ./dev " + command + "\n")
        .endsWith("exit 1\n");
    assertThat(sim(world + " --seed " + seed)).endsWith("exit 0\n");
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
    assertThat(sim("zab"))
        .contains("no such command: zab", "./dev sim paxos|rpc")
        .endsWith("exit 2\n");
  }
}
