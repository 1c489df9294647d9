package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.node.folder.FolderTree;

/** Real nodes whose blocks were flipped and deleted while they did not run. */
class DamagedBlocksTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int FILE_BYTES = 22 << 20;

  @TempDir Path temp;

  @Test
  void damagedAndLostCopiesAreWholeAgainWithoutAnyoneAsking() throws IOException {
    Path file = temp.resolve("file");
    byte[] bytes = new byte[FILE_BYTES];
    new Random(5).nextBytes(bytes);
    Files.write(file, bytes);
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      cluster.command("put", file.toString(), "/file").expectOk("put");
      Waits.until(LIMIT, () -> isComplete(cluster), () -> nodes(cluster));
      Outcome refused = cluster.command("fs", "check", "n2");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.text())
          .startsWith("volvox: n2 runs, and its blocks change under who reads them")
          .contains("Stop it first: volvox node stop n2");
      cluster.command("down").expectOk("down");
      assertThat(cluster.command("fs", "check").expectOk("check of what is whole").text())
          .contains("n1: 6 blocks whole (23.1 MB), 0 damaged, 0 missing, 0 unreferenced")
          .contains("n3: 6 blocks whole");

      int flipped = flip(cluster.folder().resolve("n1/blocks"));
      assertThat(flipped).isEqualTo(3);
      FolderTree.delete(cluster.folder().resolve("n2/blocks"));
      Outcome damaged = cluster.command("fs", "check", "n1");
      assertThat(damaged.code()).isEqualTo(1);
      assertThat(damaged.text().lines().filter(line -> line.startsWith("n1 damaged "))).hasSize(3);
      Outcome missing = cluster.command("fs", "check", "n2");
      assertThat(missing.code()).isEqualTo(1);
      assertThat(missing.text()).contains("n2: 0 blocks whole (0 B), 0 damaged, 6 missing");

      cluster.command("up").expectOk("up");
      // Nobody reads the file: n2 sees that its blocks are gone, n1 finds its own in its scrub.
      Waits.until(
          LIMIT,
          () -> scrub(cluster, "n1", "rewritten") == 3 && isComplete(cluster),
          () -> nodes(cluster) + cluster.command("fs", "scrub").text());
      assertThat(scrub(cluster, "n1", "damaged")).isEqualTo(3);
      assertThat(scrub(cluster, "n3", "damaged")).isZero();
      assertThat(cluster.command("events", "--last", "500").text())
          .contains("is damaged here")
          .contains("rewrote damaged block");
      for (String node : List.of("n1", "n2", "n3")) {
        Path back = temp.resolve("back-" + node);
        cluster.command("get", "/file", back.toString(), "--node", node).expectOk("get " + node);
        assertThat(back).hasSameBinaryContentAs(file);
      }
      cluster.command("down").expectOk("down");
      assertThat(cluster.command("fs", "check").expectOk("check of what was mended").text())
          .contains("n1: 6 blocks whole")
          .contains("n2: 6 blocks whole");
    }
  }

  /** Every copy: then it is said which node has what, and nothing wrong is ever read. */
  @Test
  void aBlockThatIsDamagedEverywhereIsSaidToBeLost() throws IOException {
    Path file = temp.resolve("file");
    byte[] bytes = new byte[3 << 20];
    new Random(6).nextBytes(bytes);
    Files.write(file, bytes);
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      cluster.command("put", file.toString(), "/file").expectOk("put");
      Waits.until(
          LIMIT,
          () -> nodes(cluster).lines().skip(1).allMatch(DamagedBlocksTest::hasOne),
          () -> nodes(cluster));
      cluster.command("down").expectOk("down");
      for (String node : List.of("n1", "n2", "n3")) {
        assertThat(flip(cluster.folder().resolve(node + "/blocks"))).isEqualTo(1);
      }
      cluster.command("up").expectOk("up");
      Path back = temp.resolve("back");
      Outcome lost = cluster.command("get", "/file", back.toString());
      assertThat(lost.code()).isEqualTo(1);
      assertThat(lost.text())
          .startsWith("volvox: cannot read /file: ")
          .contains("no whole copy of block ")
          .contains(
              "n1 has a damaged copy, n2 has a damaged copy, n3 has a damaged copy; it is lost but"
                  + " for a backup");
      assertThat(back).doesNotExist();
    }
  }

  private static boolean hasOne(String row) {
    return row.matches(".* 1 +0 *$");
  }

  private static String nodes(LocalCluster cluster) {
    return cluster.command("nodes").text();
  }

  private static boolean isComplete(LocalCluster cluster) {
    String json = cluster.command("nodes", "--json").text();
    return count(json, "\"blocksHeld\":6,") == 3 && count(json, "\"blocksMissing\":0,") == 3;
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static long scrub(LocalCluster cluster, String node, String field) {
    String json = cluster.command("fs", "scrub", node, "--json").text();
    Matcher found = Pattern.compile("\"" + field + "\":(\\d+)").matcher(json);
    return found.find() ? Long.parseLong(found.group(1)) : -1;
  }

  /** One bit in the middle of each 8 MiB of the segments, which is in one block each. */
  private static int flip(Path blocks) throws IOException {
    int flipped = 0;
    try (Stream<Path> files = Files.list(blocks)) {
      for (Path file : files.filter(each -> each.toString().contains("blocks-")).toList()) {
        long size = Files.size(file);
        for (long at = 2 << 20; at < size; at += 8 << 20) {
          try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            int value = access.read();
            access.seek(at);
            access.write(value ^ 16);
          }
          flipped++;
        }
      }
    }
    return flipped;
  }
}
