package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `net` and `node` on three real node processes: each fault is seen by what it does to others. */
class FaultsTest {
  private static final List<String> NODES = List.of("n1", "n2", "n3");
  private static final Pattern LEADS = Pattern.compile("\"id\":\"(n\\d)\"[^}]*\"role\":\"leader\"");

  @TempDir private static Path folder = Path.of("");
  private static Command command = new Command(Map.of());

  @BeforeAll
  static void up() {
    command = new Command(Map.of("VOLVOX_DIR", folder.resolve("c").toString()));
    done("up");
  }

  @AfterAll
  static void down() {
    command.run("down");
  }

  @AfterEach
  void mend() {
    NODES.forEach(node -> command.run("node", "resume", node));
    done("up");
    done("net", "heal");
    agreedLeader();
  }

  private static Command.Done done(String... args) {
    Command.Done done = command.run(args);
    assertThat(done.code()).as(String.join(" ", args) + ": " + done.err()).isZero();
    return done;
  }

  /**
   * Who leads as {@code node} itself sees it; empty if it knows of no leader or does not answer.
   */
  private static Optional<String> leaderSeenBy(String node) {
    String seen = command.run("nodes", "--json", "--node", node, "--timeout", "2s").out();
    return LEADS.matcher(seen).results().map(match -> match.group(1)).findFirst();
  }

  private static String agreedLeader() {
    return awaitLeader(NODES, "");
  }

  /** Waits until all of {@code among} see the same leader, which is not {@code not}. */
  private static String awaitLeader(List<String> among, String not) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline) {
      List<Optional<String>> seen = among.stream().map(FaultsTest::leaderSeenBy).toList();
      Optional<String> first = seen.getFirst();
      if (first.isPresent() && !first.get().equals(not) && seen.stream().distinct().count() == 1) {
        return first.get();
      }
    }
    throw new AssertionError("no leader other than '" + not + "' that " + among + " agree on");
  }

  private static List<String> othersThan(String node) {
    return NODES.stream().filter(other -> !other.equals(node)).toList();
  }

  private static Duration timeOf(String... args) {
    long begun = System.nanoTime();
    done(args);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void aSlowLeaderMakesWritesWait() {
    String leader = agreedLeader();
    done("mkdir", "/warm");
    Duration before = timeOf("mkdir", "--node", leader, "/quick");
    assertThat(done("net", "slow", leader, "200ms").err())
        .startsWith("200ms slower between " + leader + " and ")
        .contains("undo: volvox net heal");
    Duration slow = timeOf("mkdir", "--node", leader, "/slow");
    assertThat(slow).isGreaterThan(Duration.ofMillis(350)).isGreaterThan(before);
    assertThat(done("nodes").out()).contains("200 ms");
    assertThat(done("net", "heal").err()).isEqualTo("all links healed on 3 nodes\n");
    Duration after = timeOf("mkdir", "--node", leader, "/healed");
    assertThat(after).isLessThan(slow);
    done("rm", "-r", "/warm", "/quick", "/slow", "/healed");
  }

  @Test
  void aLinkThatLosesSomeStillServes() {
    done("net", "slow", "n1-n2", "3ms");
    assertThat(done("net", "drop", "n1-n2", "20%").err()).startsWith("20% lost between n1 and n2");
    assertThat(done("nodes", "--node", "n1").out()).contains("n2 +3 ms -20 %");
    assertThat(done("nodes", "--node", "n2").out()).contains("n1 +3 ms -20 %");
    for (int i = 0; i < 10; i++) {
      done("mkdir", "/lossy-" + i, "--node", NODES.get(i % 3));
    }
    String listed = done("ls", "/", "--node", "n2").out();
    for (int i = 0; i < 10; i++) {
      assertThat(listed).contains("lossy-" + i + "/\n");
      done("rm", "-r", "/lossy-" + i);
    }
  }

  @Test
  void aNodeThatIsCutOffRefusesAtOnceAndTheOthersServe() {
    String leader = agreedLeader();
    String cut = othersThan(leader).getFirst();
    done("net", "cut", cut);
    // The very first question may wait until the silence is noticed, never for its deadline.
    long begun = System.nanoTime();
    Command.Done read = command.run("ls", "/", "--node", cut);
    assertRefused(read);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    Command.Done write = command.run("mkdir", "/no", "--node", cut);
    assertRefused(write);
    assertThat(write.err()).contains("Nothing was written.");
    done("mkdir", "/yes", "--node", leader);
    assertThat(done("ls", "/", "--node", leader).out()).contains("yes/\n").doesNotContain("no/\n");
    done("net", "heal");
    agreedLeader();
    assertThat(done("ls", "/", "--node", cut).out()).contains("yes/\n").doesNotContain("no/\n");
    done("rm", "-r", "/yes");
  }

  @Test
  void aLeaderThatIsCutOffRefusesAndTheOtherSideElects() {
    String old = agreedLeader();
    List<String> others = othersThan(old);
    assertThat(done("net", "cut", old + "|" + String.join(",", others)).err())
        .startsWith("cut between " + old + " and " + String.join(", ", others));
    String next = awaitLeader(others, old);
    assertThat(next).isIn(others);
    assertRefused(command.run("mkdir", "/split", "--node", old));
    assertRefused(command.run("ls", "/", "--node", old));
    done("mkdir", "/split", "--node", next);
    done("net", "heal");
    assertThat(agreedLeader()).isIn(others);
    assertThat(done("ls", "/", "--node", old).out()).contains("split/\n");
    done("rm", "-r", "/split");
  }

  @Test
  void aPausedLeaderIsReplacedAndStepsDownWhenItGoesOn() {
    String old = agreedLeader();
    assertThat(done("node", "pause", old).err())
        .isEqualTo(old + " paused; go on: volvox node resume " + old + "\n");
    String next = awaitLeader(othersThan(old), old);
    done("mkdir", "/paused", "--node", next);
    assertThat(done("node", "resume", old).err()).isEqualTo(old + " goes on\n");
    assertThat(awaitLeader(NODES, old)).isNotEqualTo(old);
    assertThat(done("ls", "/", "--node", old).out()).contains("paused/\n");
    done("rm", "-r", "/paused");
  }

  @Test
  void aNodeStopsInGoodOrderAndStartsAgain() {
    String follower = othersThan(agreedLeader()).getFirst();
    assertThat(done("node", "stop", follower).err()).isEqualTo(follower + " stopped\n");
    assertThat(command.run("node", "stop", follower).err())
        .isEqualTo(
            "volvox: " + follower + " is not up\nStart it: volvox node start " + follower + "\n");
    assertThat(done("nodes").out()).containsPattern(follower + " .* down since ");
    Command.Done asked = command.run("run", "--on", follower, "--", "true");
    assertThat(asked.code()).isEqualTo(ExitCode.RUN_FAILED);
    assertThat(asked.err()).startsWith("volvox: cannot run true: " + follower + " is down\n");
    done("mkdir", "/stopped");
    assertThat(done("node", "start", follower).err()).isEqualTo(follower + " is up\n");
    assertThat(done("node", "start", follower).err()).isEqualTo(follower + " was up already\n");
    assertThat(done("ls", "/", "--node", follower).out()).contains("stopped/\n");
    assertThat(done("node", "log", follower).out()).isNotEmpty();
    done("rm", "-r", "/stopped");
  }

  @Test
  void whereNobodyAnswersNothingIsSaidToBeDone() {
    done("down");
    for (String[] each :
        List.of(
            new String[] {"net", "heal"},
            new String[] {"net", "cut", "n3"},
            new String[] {"net", "leaderless", "1s"},
            new String[] {"services", "--watch", "--timeout", "1s"})) {
      Command.Done told = command.run(each);
      assertThat(told.code()).as(String.join(" ", each) + ": " + told.err()).isEqualTo(3);
      assertThat(told.err()).containsPattern("\\bn[123]\\b");
    }
  }

  @Test
  void linksAndNodesThatAreNotThereAreRefused() {
    for (String links : List.of("n9", "n1|n1", "n1,n2,n3", "n1|n2|n3")) {
      Command.Done wrong = command.run("net", "cut", links);
      assertThat(wrong.code()).as(links).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
      assertThat(wrong.err()).contains(links);
    }
    assertThat(command.run("net", "slow", "n1").err()).startsWith("volvox: net slow wants a time");
    assertThat(command.run("net", "drop", "n1", "x").err()).contains("not a percentage: x");
    assertThat(command.run("node", "kill", "n9").err()).startsWith("volvox: no node n9 in this");
    Command.Done asked = command.run("run", "--on", "n9", "--", "true");
    assertThat(asked.code()).isEqualTo(ExitCode.RUN_FAILED);
    assertThat(asked.err())
        .startsWith("volvox: cannot run true: no node n9 in this cluster (n1, n2, n3)\n");
    assertThat(done("ps").out()).doesNotContain("PENDING");
  }

  private static void assertRefused(Command.Done done) {
    assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(done.err()).contains("no quorum: 1 of 3 nodes answers");
    assertThat(done.out()).isEmpty();
  }
}
