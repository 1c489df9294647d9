package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of three real nodes on small disks of their own, which are filled for real. */
class FullDiskTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final List<String> SMALL = List.of("n2", "n3");

  @TempDir Path temp;
  private final List<Path> mounted = new ArrayList<>();

  @BeforeEach
  void needsRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting a small disk wants root");
    Path tried = temp.resolve("tried");
    tried.toFile().mkdir();
    Outcome mount = mount(tried);
    assumeTrue(mount.code() == 0, "this machine allows no mounts: " + mount.text().strip());
  }

  @AfterEach
  void unmount() {
    for (Path folder : mounted) {
      Programs.run(LIMIT, List.of("umount", "-l", folder.toString()));
    }
  }

  private Outcome mount(Path folder) {
    Outcome mount =
        Programs.run(
            LIMIT,
            List.of("mount", "-t", "tmpfs", "-o", "size=192m,mode=700", "none", folder.toString()));
    if (mount.code() == 0) {
      mounted.add(folder);
    }
    return mount;
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingStoredIsLost() throws IOException {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      moveToSmallDisks(cluster);
      Path small = file("small", 3 << 20);
      Path large = file("large", 120 << 20);
      cluster.command("put", small.toString(), "/small").expectOk("put before");
      Outcome refused = cluster.command("put", large.toString(), "/large", "--timeout", "10s");
      assertThat(refused.code()).as(refused.text()).isEqualTo(1);
      assertThat(refused.text())
          .startsWith("volvox: cannot store /large: ")
          .contains("has no room on its disk")
          .contains("\nMake room there and try again");
      assertThat(refused.text().lines().count()).isLessThanOrEqualTo(3);
      assertThat(cluster.command("ls", "/").text()).isEqualTo("small\n");
      for (String node : List.of("n1", "n2", "n3")) {
        Path back = temp.resolve("back-" + node);
        cluster.command("get", "/small", back.toString(), "--node", node).expectOk("get " + node);
        assertThat(back).hasSameBinaryContentAs(small);
      }
      cluster.command("mkdir", "/the-log-has-room").expectOk("mkdir on full disks");
      for (String node : SMALL) {
        resize(cluster, node, "400m");
      }
      cluster.command("put", large.toString(), "/large").expectOk("put with room again");
      Path back = temp.resolve("back");
      cluster.command("get", "/large", back.toString()).expectOk("get with room again");
      assertThat(back).hasSameBinaryContentAs(large);
    }
  }

  @Test
  void fullDisksOfAQuorumRefuseWhatGrowsAndNothingElseUntilThereIsRoom() throws IOException {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      moveToSmallDisks(cluster);
      Path small = file("small", 3 << 20);
      cluster.command("put", small.toString(), "/small").expectOk("put before");
      cluster.command("mkdir", "/old").expectOk("mkdir before");
      long term = term(cluster);
      // One disk is full: nothing is refused, and nothing waits for it.
      Path filler = fillUpTo(cluster.folder().resolve("n3"), 40 << 20);
      Waits.until(LIMIT, () -> isFull(cluster, 1), () -> cluster.command("nodes").text());
      cluster.command("put", small.toString(), "/one-is-full").expectOk("put with one full");
      cluster.command("mkdir", "/one-is-full-too").expectOk("mkdir with one full");
      // Two of three.
      fillUpTo(cluster.folder().resolve("n2"), 40 << 20);
      Waits.until(LIMIT, () -> isFull(cluster, 2), () -> cluster.command("nodes").text());
      for (List<String> refused :
          List.of(
              List.of("mkdir", "/new"),
              List.of("put", small.toString(), "/new"),
              List.of("put", file("tiny", 10).toString(), "/tiny"))) {
        Outcome outcome = cluster.command(refused.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(1);
        assertThat(outcome.text())
            .contains("no room on the disk of n2 (")
            .contains(" and n3 (")
            .contains("2 of 3 must have some")
            .contains("\nMake room there and try again");
      }
      Path back = temp.resolve("back");
      cluster.command("get", "/small", back.toString()).expectOk("get from full disks");
      assertThat(back).hasSameBinaryContentAs(small);
      cluster.command("rm", "/small").expectOk("rm on full disks");
      cluster.command("mv", "/old", "/older").expectOk("mv on full disks");
      cluster.command("node", "transfer").expectOk("transfer on full disks");
      assertThat(cluster.command("ls", "/").text())
          .isEqualTo("older/\none-is-full\none-is-full-too/\n");
      assertThat(term(cluster)).isEqualTo(term + 1);
      Files.delete(filler);
      Waits.until(LIMIT, () -> isFull(cluster, 1), () -> cluster.command("nodes").text());
      cluster.command("put", small.toString(), "/new").expectOk("put with room again");
      assertThat(cluster.command("events", "--last", "500").text())
          .contains("disk is full: ")
          .contains("disk has room again: ");
    }
  }

  private static boolean isFull(LocalCluster cluster, int count) {
    String json = cluster.command("nodes", "--json").text();
    return json.split(Pattern.quote("\"diskFull\":true"), -1).length - 1 == count;
  }

  private static long term(LocalCluster cluster) {
    String json = cluster.command("nodes", "--json").text();
    Matcher found = Pattern.compile("\"term\":(\\d+)").matcher(json);
    long term = 0;
    while (found.find()) {
      term = Math.max(term, Long.parseLong(found.group(1)));
    }
    return term;
  }

  /** Leaves so much of a disk. */
  private static Path fillUpTo(Path folder, long leftBytes) throws IOException {
    Path file = folder.resolve("filler");
    try (OutputStream out = Files.newOutputStream(file)) {
      while (Files.getFileStore(folder).getUsableSpace() > leftBytes) {
        out.write(new byte[1 << 20]);
      }
    }
    return file;
  }

  @Test
  void aNodeWhoseLogHasNoRoomStopsAndSaysSoAndComesBack() throws IOException {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      moveToSmallDisks(cluster);
      cluster.command("mkdir", "/before").expectOk("mkdir before");
      Path filler = fill(cluster.folder().resolve("n3"));
      Waits.until(
          Duration.ofSeconds(60),
          () -> {
            // Each is committed by the other two; together they outgrow what the log had reserved.
            cluster.command("put", file("note", 15_000).toString(), "/before/" + System.nanoTime());
            return cluster.command("nodes").text().contains("n3") && isDown(cluster, "n3");
          },
          () -> "n3 does not stop: " + log(cluster, "n3"));
      assertThat(log(cluster, "n3")).containsIgnoringCase("no space left on");
      cluster.command("mkdir", "/during").expectOk("mkdir while n3 is down");
      Files.delete(filler);
      cluster.command("node", "start", "n3").expectOk("node start n3");
      assertThat(cluster.command("ls", "/", "--node", "n3").text()).isEqualTo("before/\nduring/\n");
    }
  }

  private static boolean isDown(LocalCluster cluster, String node) {
    return cluster.command("node", "resume", node).text().contains(node + " is not up");
  }

  private static String log(LocalCluster cluster, String node) {
    return cluster.command("node", "log", node).text();
  }

  private void moveToSmallDisks(LocalCluster cluster) {
    cluster.command("down").expectOk("down");
    for (String node : SMALL) {
      Path folder = cluster.folder().resolve(node);
      Path aside = temp.resolve("aside-" + node);
      program("cp", "-a", folder.toString(), aside.toString());
      mount(folder).expectOk("mount " + folder);
      program("cp", "-a", aside + "/.", folder.toString());
    }
    cluster.command("up").expectOk("up on small disks");
  }

  private static void resize(LocalCluster cluster, String node, String size) {
    program("mount", "-o", "remount,size=" + size, cluster.folder().resolve(node).toString());
  }

  private static void program(String... line) {
    Programs.run(LIMIT, List.of(line)).expectOk(String.join(" ", line));
  }

  /** Writes until not one byte more goes in. */
  private static Path fill(Path folder) {
    Path file = folder.resolve("filler");
    for (int step = 1 << 20; step > 0; step >>= 4) {
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        while (true) {
          out.write(new byte[step]);
        }
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("No space left");
      }
    }
    return file;
  }

  private Path file(String name, int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    try {
      return Files.write(temp.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
