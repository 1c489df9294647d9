package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes, one of which has a disk that takes a second for each write, or fails to sync. */
class SlowDiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path temp;

  @BeforeEach
  void needsACompiler() {
    assumeTrue(DiskTrial.isPossible(), "a disk on trial wants a C compiler and /proc");
  }

  /** 40 MB is more than the entry node's memory for blocks: the slow third must not hold it. */
  @Test
  void anUploadDoesNotWaitForASlowThird() throws IOException {
    DiskTrial trial = DiskTrial.in(temp.resolve("trial"));
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"), trial.prefix())) {
      Path file = file("file", 40 << 20);
      Duration quick = put(cluster, file, "/quick");
      String slow = follower(cluster);
      String entry = slow.equals("n1") ? "n2" : "n1";
      trial.set("write /" + slow + "/blocks/ 1000", "sync /" + slow + "/blocks/ 1000");
      Duration span = put(cluster, file, "/slow", "--node", entry);
      // By the slow disk's pace 40 MB take 160 s; by a share of the memory's, more than 20 s.
      assertThat(span).isLessThan(quick.multipliedBy(3).plusSeconds(5));
      long term = term(cluster);
      trial.set();
      Waits.until(
          LIMIT,
          () -> count(cluster.command("nodes", "--json").text(), "\"blocksHeld\":20,") == 3,
          () -> cluster.command("nodes").text());
      assertThat(term(cluster)).isEqualTo(term);
      Path back = temp.resolve("back");
      cluster.command("get", "/slow", back.toString(), "--node", slow).expectOk("get");
      assertThat(back).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void aSlowLogOfOneNodeCostsOthersNeitherTimeNorTheirLeader() throws IOException {
    DiskTrial trial = DiskTrial.in(temp.resolve("trial"));
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"), trial.prefix())) {
      for (String slow : List.of(follower(cluster), leader(cluster))) {
        Duration quick = mkdirs(cluster, "/quick-" + slow);
        long term = term(cluster);
        trial.set("write /" + slow + "/wal/ 1000", "sync /" + slow + "/wal/ 1000");
        Duration span = mkdirs(cluster, "/slow-" + slow);
        assertThat(span).as("with the disk of %s slow", slow).isLessThan(quick.plusSeconds(2));
        // A leader hands over once when its disk lags behind; nobody else stands.
        assertThat(term(cluster)).isLessThanOrEqualTo(term + 1);
        trial.set();
      }
    }
  }

  @Test
  void aFailedSyncOfBlocksStateOrLogStopsTheNodeWhichSaysSo() throws IOException {
    DiskTrial trial = DiskTrial.in(temp.resolve("trial"));
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"), trial.prefix())) {
      Path file = file("file", 5 << 20);
      for (String part : List.of("blocks/blocks-", "state/", "wal/")) {
        String bad = follower(cluster);
        trial.set("sync /" + bad + "/" + part + " EIO");
        cluster.command("put", file.toString(), "/" + part.charAt(0)).expectOk("put meanwhile");
        Waits.until(
            LIMIT,
            () -> cluster.command("node", "resume", bad).text().contains(bad + " is not up"),
            () -> bad + " goes on though its disk failed: " + log(cluster, bad));
        assertThat(log(cluster, bad)).contains(bad + " stops: ").contains("Input/output error");
        trial.set();
        cluster.command("node", "start", bad).expectOk("start of " + bad);
        Path back = temp.resolve("back-" + bad + part.charAt(0));
        cluster
            .command("get", "/" + part.charAt(0), back.toString(), "--node", bad)
            .expectOk("get through " + bad);
        assertThat(back).hasSameBinaryContentAs(file);
      }
    }
  }

  private static Duration put(LocalCluster cluster, Path file, String path, String... more) {
    long begun = System.nanoTime();
    List<String> line =
        Stream.concat(Stream.of("put", file.toString(), path), Stream.of(more)).toList();
    cluster.command(line.toArray(String[]::new)).expectOk("put " + path);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static Duration mkdirs(LocalCluster cluster, String path) {
    long begun = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      cluster.command("mkdir", path + "-" + i).expectOk("mkdir " + path);
    }
    return Duration.ofNanos((System.nanoTime() - begun) / 3);
  }

  private static String log(LocalCluster cluster, String node) {
    return cluster.command("node", "log", node).text();
  }

  private static String leader(LocalCluster cluster) {
    return row(cluster, " leader ").group(1);
  }

  private static String follower(LocalCluster cluster) {
    return row(cluster, " follower ").group(1);
  }

  private static long term(LocalCluster cluster) {
    return Long.parseLong(row(cluster, " leader ").group(2));
  }

  private static Matcher row(LocalCluster cluster, String role) {
    String text = cluster.command("nodes").text();
    Matcher row =
        Pattern.compile("(?m)^(n\\d) .* voter +" + role.strip() + " +(\\d+) .*$").matcher(text);
    assertThat(row.find()).as(text).isTrue();
    return row;
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(temp.resolve(name), bytes);
  }
}
