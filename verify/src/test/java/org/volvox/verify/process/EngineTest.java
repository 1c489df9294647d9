package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.verify.soak.DigestStream;

/** Three real nodes whose log Apache Ratis keeps: the same commands, files and programs. */
@Timeout(300)
class EngineTest {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final int BIG_BYTES = 5_000_000;
  private static final Pattern LEADER =
      Pattern.compile("\"id\":\"(n\\d)\",\"address\":\"[^\"]*\",\"role\":\"leader\"");

  @TempDir Path temp;

  @Test
  void filesAndProgramsOutliveTheLeaderAndAllNodes() throws Exception {
    byte[] bytes = new byte[BIG_BYTES];
    new Random(7).nextBytes(bytes);
    Path big = Files.write(temp.resolve("big"), bytes);
    String digest = DigestStream.hexOf(bytes);
    Path folder = temp.resolve("c");
    try (LocalCluster cluster = new LocalCluster(folder, List.of(), List.of("--engine", "ratis"))) {
      assertThat(cluster.command("nodes", "--json").text()).contains("\"engine\":\"ratis\"");
      cluster.command("put", big.toString(), "/big").expectOk("put");
      assertThat(sum(folder, "/big")).contains(digest);
      String first = leader(cluster);
      cluster.command("node", "kill", first).expectOk("kill");
      cluster.command("put", big.toString(), "/second").expectOk("put without the leader");
      assertThat(leader(cluster)).isNotEqualTo(first);
      cluster.command("node", "start", first).expectOk("start");
      requireWhole(cluster, "/second", digest);
      cluster.command("down").expectOk("down");
      cluster.command("up").expectOk("up again");
      requireWhole(cluster, "/big", digest);
      requireWhole(cluster, "/second", digest);
      requireRefusals(cluster);
      requireQuietLogs(folder);
    }
  }

  private static String sum(Path cluster, String path) {
    List<String> words =
        List.of("--dir", cluster.toString(), "run", "--stdin", path, "--", "sha256sum");
    return Programs.run(WITHIN, Programs.volvox(words.toArray(String[]::new))).text();
  }

  private static String leader(LocalCluster cluster) {
    Waits.until(
        WITHIN,
        () -> LEADER.matcher(cluster.command("nodes", "--json").text()).find(),
        () -> cluster.command("nodes").text());
    Matcher found = LEADER.matcher(cluster.command("nodes", "--json").text());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private void requireWhole(LocalCluster cluster, String path, String digest) throws Exception {
    for (String entry : List.of("n1", "n2", "n3")) {
      Path got = temp.resolve("got");
      Files.deleteIfExists(got);
      cluster.command("get", path, got.toString(), "--node", entry).expectOk("get by " + entry);
      assertThat(DigestStream.hexOf(Files.readAllBytes(got))).isEqualTo(digest);
    }
  }

  private static void requireRefusals(LocalCluster cluster) {
    Outcome other = cluster.command("up", "--engine", "raft");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.text()).contains("was made with the engine ratis, not raft");
    Outcome none = cluster.command("up", "--engine", "paper");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.text()).contains("no engine paper").contains("raft, ratis");
    Outcome added = cluster.command("node", "add");
    assertThat(added.code()).isEqualTo(1);
    assertThat(added.text()).contains("engine ratis").contains("volvox up");
    assertThat(cluster.command("log", "check").text()).contains("not for the engine ratis");
  }

  /** Neither the JVM nor Ratis has anything to complain about. */
  private static void requireQuietLogs(Path folder) throws Exception {
    for (String node : List.of("n1", "n2", "n3")) {
      assertThat(Files.readString(folder.resolve(node).resolve("node.log")))
          .doesNotContain(" ERROR ")
          .doesNotContain("WARNING:");
    }
  }
}
