package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.soak.DigestStream;

/** All nodes of a cluster of real processes give way to others while clients use it. */
class MembersTest {
  private static final int BIG_BYTES = 100_000_000;
  private static final long BETWEEN_FILES_NANOS = 300_000_000;
  private static final List<String> OLD = List.of("n1", "n2", "n3");
  private static final List<String> NEW = List.of("n4", "n5", "n6");

  @TempDir Path temp;

  @Test
  @Timeout(600)
  void threeNodesAreReplacedUnderLoadAndNoRequestFails() throws Exception {
    Path big = temp.resolve("big");
    byte[] bytes = new byte[BIG_BYTES];
    new Random(4).nextBytes(bytes);
    Files.write(big, bytes);
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      cluster.command("put", big.toString(), "/big").expectOk("put");
      Map<String, String> stored = replaceAll(cluster);
      stored.put("/big", DigestStream.hexOf(bytes));
      assertThat(cluster.command("nodes").text())
          .contains(NEW)
          .doesNotContain("n1 ", "n2 ", "n3 ", "joining");
      requireThreeCopies(cluster);
      for (String entry : NEW) {
        requireReadable(cluster, entry, stored);
      }
      requireRefusesToStart(cluster);
      cluster.command("down").expectOk("down");
      cluster.command("up").expectOk("up");
      requireReadable(cluster, "n5", stored);
    }
  }

  private Map<String, String> replaceAll(LocalCluster cluster) throws Exception {
    List<Load> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(new Load(cluster.folder(), i, temp));
    }
    for (String node : OLD) {
      cluster.command("node", "replace", node).expectOk("replace " + node);
    }
    Map<String, String> stored = new TreeMap<>();
    for (Load client : clients) {
      client.stop();
      assertThat(client.failures).isEmpty();
      assertThat(client.stored).hasSizeGreaterThan(3);
      stored.putAll(client.stored);
    }
    return stored;
  }

  private static void requireThreeCopies(LocalCluster cluster) {
    Pattern whole =
        Pattern.compile("\"id\":\"n([456])\",\"held\":(\\d+),\"blocks\":\\2,\"failure\":\"\"");
    Waits.until(
        Duration.ofSeconds(30),
        () ->
            whole
                    .matcher(cluster.command("stat", "--where", "--json", "/big").text())
                    .results()
                    .count()
                == 3,
        () -> cluster.command("stat", "--where", "/big").text());
  }

  private static void requireReadable(
      LocalCluster cluster, String entry, Map<String, String> stored) throws Exception {
    ClientOptions through =
        ClientOptions.DEFAULT.through(new NodeId(Integer.parseInt(entry.substring(1))));
    try (Volvox volvox = Volvox.connect(ClusterAddress.ofFolder(cluster.folder()), through)) {
      for (Map.Entry<String, String> file : stored.entrySet()) {
        DigestStream digest = new DigestStream();
        volvox.files().copy(file.getKey(), digest, Progress.NONE);
        assertThat(digest.hex()).as(file.getKey() + " through " + entry).isEqualTo(file.getValue());
      }
    }
  }

  private static void requireRefusesToStart(LocalCluster cluster) {
    Outcome started = cluster.command("node", "start", "n1");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.text()).contains("n1 was removed from the cluster");
    Outcome process =
        Programs.run(
            Duration.ofSeconds(30),
            Programs.java(
                "org.volvox.node.NodeMain", "--folder", cluster.folder().resolve("n1").toString()));
    assertThat(process.code()).isEqualTo(1);
    assertThat(process.text()).contains("its id is never used again");
  }

  /**
   * A client that stores files, small ones and ones of blocks, and reads each back: about ten a
   * second, so that what is stored is not what the test takes its time for.
   */
  private static final class Load {
    final Map<String, String> stored = new TreeMap<>();
    final List<String> failures = new ArrayList<>();
    private final Thread thread;
    private volatile boolean isOver;

    Load(Path folder, int number, Path temp) {
      thread = Thread.ofPlatform().name("load-" + number).start(() -> run(folder, number, temp));
    }

    void stop() throws InterruptedException {
      isOver = true;
      thread.join();
    }

    private void run(Path folder, int number, Path temp) {
      Random random = new Random(number);
      try (Volvox volvox = Volvox.connect(folder)) {
        for (int i = 0; !isOver; i++) {
          byte[] bytes = new byte[i % 2 == 0 ? 500 : 60_000];
          random.nextBytes(bytes);
          store(volvox, "/load-" + number + "-" + i, bytes, temp.resolve("load-" + number));
          LockSupport.parkNanos(BETWEEN_FILES_NANOS);
        }
      } catch (IOException e) {
        failures.add(e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void store(Volvox volvox, String path, byte[] bytes, Path local)
        throws IOException, InterruptedException {
      Files.write(local, bytes);
      volvox.files().put(local, path, Progress.NONE);
      stored.put(path, DigestStream.hexOf(bytes));
      DigestStream digest = new DigestStream();
      volvox.files().copy(path, digest, Progress.NONE);
      if (!digest.hex().equals(stored.get(path))) {
        failures.add(path + " came back changed");
      }
    }
  }
}
