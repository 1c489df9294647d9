package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Nodes join, take over and go by command, on one cluster that changes from test to test. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MembersTest {
  @TempDir private static Path folder = Path.of("");
  private static Command command = new Command(Map.of());

  @BeforeAll
  static void up() throws IOException {
    command = new Command(Map.of("VOLVOX_DIR", folder.resolve("c").toString()));
    done("up");
    Path file = Files.write(folder.resolve("f"), new byte[9_000_000]);
    done("put", file.toString(), "/f");
  }

  @AfterAll
  static void down() {
    assertThat(command.run("down").err()).contains("stopped");
  }

  private static Command.Done done(String... args) {
    Command.Done done = command.run(args);
    assertThat(done.code()).as(done.err()).isZero();
    return done;
  }

  private static String kindOf(String node) {
    return done("nodes")
        .out()
        .lines()
        .filter(line -> line.startsWith(node + " "))
        .findFirst()
        .map(line -> line.split(" {2,}", -1)[2])
        .orElse("none");
  }

  @Test
  @Order(1)
  void aNodeIsAddedAndPromoted() {
    assertThat(done("node", "add").err())
        .isEqualTo("n4 is added\nn4 is a learner and has all its blocks\n");
    assertThat(kindOf("n4")).isEqualTo("learner");
    assertThat(done("nodes", "--node", "n4").out()).contains("n4 ");
    assertThat(done("node", "promote", "n4").err())
        .matches("(n4 becomes a voter once it has caught up\n)?n4 is a voter\n");
    assertThat(kindOf("n4")).isEqualTo("voter");
    assertThat(done("node", "promote", "n4").err()).isEqualTo("n4 is a voter\n");
  }

  @Test
  @Order(2)
  void leadershipGoesWhereItIsSent() {
    assertThat(done("node", "transfer", "n4").err()).matches("n4 leads, after .*\n");
    assertThat(done("node", "transfer").err()).matches("n[123] leads, after .*\n");
    assertThat(done("node", "priority", "n2", "9").err()).isEqualTo("n2 has priority 9\n");
    assertThat(done("nodes", "--json").out()).contains("\"priority\":9");
    assertThat(command.run("node", "priority", "n2", "0").code()).isEqualTo(2);
    done("node", "priority", "n2", "1");
  }

  @Test
  @Order(3)
  void aNodeIsReplacedAndItsFolderSaysSo() {
    done("node", "kill", "n1");
    String said = done("node", "replace", "n1").err();
    assertThat(said)
        .startsWith("n5 takes the place of n1\nn5 is a voter and has all its blocks\n")
        .contains("n1 is removed, and its id is never used again\n")
        .contains("its folder can be deleted: " + folder.resolve("c/n1"));
    assertThat(kindOf("n1")).isEqualTo("none");
    assertThat(kindOf("n5")).isEqualTo("voter");
    for (String action : new String[] {"start", "kill"}) {
      Command.Done again = command.run("node", action, "n1");
      assertThat(again.code()).isEqualTo(1);
      assertThat(again.err()).startsWith("volvox: n1 was removed from the cluster");
    }
    Command.Done twice = command.run("node", "replace", "n1");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).startsWith("volvox: n1 was removed\n");
  }

  @Test
  @Order(4)
  void whoLeavesIsWatchedOrNot() {
    assertThat(done("node", "remove", "n4", "--no-wait").err()).startsWith("n4 leaves once ");
    // The same again watches it, whether or not it has gone meanwhile.
    assertThat(done("node", "remove", "n4").err())
        .contains("n4 is removed, and its id is never used again\n");
    Command.Done unknown = command.run("node", "remove", "n99");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).startsWith("volvox: cannot remove n99: there never was a node n99");
  }

  @Test
  @Order(5)
  void noBlockIsLeftOnFewerThanTwoNodesWithoutForce() {
    done("node", "remove", "n5");
    Command.Done refused = command.run("node", "remove", "n3");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("volvox: cannot remove n3: 3 blocks would be on fewer than two nodes")
        .contains("1 other node answers")
        .contains("Nothing was changed.");
    assertThat(kindOf("n3")).isEqualTo("voter");
    assertThat(done("node", "keep", "n3").err()).isEqualTo("n3 stays\n");
    done("node", "remove", "n3", "--force");
    assertThat(kindOf("n3")).isEqualTo("none");
    assertThat(done("ls", "/").out()).contains("f");
  }

  @Test
  @Order(6)
  void theLastVoterStays() {
    Command.Done last = command.run("node", "remove", "n2", "--force");
    assertThat(last.code()).isEqualTo(1);
    assertThat(last.err()).startsWith("volvox: cannot remove n2: n2 is the last voter");
    done("down");
    assertThat(done("up").err()).startsWith("1 node up, n2 leads");
    assertThat(done("get", "/f", folder.resolve("back").toString()).err()).contains("f");
  }
}
