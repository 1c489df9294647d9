package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is faked through a shared disk: three nodes that share only a network store files, one of
 * them is killed and its folder deleted whole, and the others give back every file.
 */
final class NamespaceTest {
  private static final int KILOBYTE = 1024;
  private static final int MEGABYTE = 1024 * KILOBYTE;

  @TempDir Path temp;

  @BeforeEach
  void needsRootAndNamespaces() {
    Outcome possible = NamespaceNetwork.isPossible();
    assumeTrue(possible.code() == 0, possible.text());
  }

  @Test
  void filesSurviveTheLossOfAHoldersWholeFolder() throws IOException, InterruptedException {
    Path work = Files.createDirectory(temp.resolve("work"));
    Path logs = Files.createDirectory(temp.resolve("logs"));
    Map<String, byte[]> files = filesIn(Files.createDirectory(work.resolve("in")));
    try (NamespaceCluster cluster = new NamespaceCluster(temp.resolve("cluster"), logs, 3)) {
      for (int node = 1; node <= 3; node++) cluster.start(node);
      Waits.until(
          Duration.ofSeconds(60),
          () -> cluster.client(work, "nodes", "--json").text().contains("\"leader\""),
          () -> cluster.client(work, "nodes").text() + outputs(logs));
      eachSeesItsOwnFolderOnly(cluster);
      for (String name : files.keySet()) {
        String local = work.resolve("in").resolve(name).toString();
        cluster.client(work, "put", local, "/" + name, "--node", "n1").expectOk("put " + name);
      }
      cluster.kill(2);
      deleteAll(temp.resolve("cluster/n2"));
      for (String node : List.of("n1", "n3")) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          Path back = work.resolve(node + "-" + file.getKey());
          cluster
              .client(work, "get", "/" + file.getKey(), back.toString(), "--node", node)
              .expectOk("get " + file.getKey() + " through " + node);
          assertThat(Files.readAllBytes(back)).as(back.toString()).isEqualTo(file.getValue());
        }
      }
    }
  }

  private static void eachSeesItsOwnFolderOnly(NamespaceCluster cluster) {
    for (int node = 1; node <= 3; node++) {
      String seen = cluster.inNode(node, "ls", cluster.folder().toString()).text().strip();
      assertThat(seen).isEqualTo("n" + node);
      Outcome written = cluster.inNode(node, "touch", cluster.folder().getParent() + "/shared");
      assertThat(written.code()).as("writing beside its folder").isNotZero();
    }
  }

  private static Map<String, byte[]> filesIn(Path folder) throws IOException {
    Random random = new Random(25);
    Map<String, byte[]> files = new TreeMap<>();
    int[] sizes = {0, 1, 100, 70 * KILOBYTE, 4 * MEGABYTE, 4 * MEGABYTE + 1, 30 * MEGABYTE};
    for (int size : sizes) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      files.put("f" + size, bytes);
      Files.write(folder.resolve("f" + size), bytes);
    }
    return files;
  }

  private static void deleteAll(Path folder) throws IOException {
    List<Path> inside = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.forEach(inside::add);
    }
    for (Path path : inside.reversed()) Files.delete(path);
  }

  private static String outputs(Path logs) {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> paths = Files.list(logs)) {
      for (Path path : paths.sorted().toList()) {
        all.append(path).append(":\n").append(Files.readString(path));
      }
    } catch (IOException e) {
      all.append(e);
    }
    return all.toString();
  }
}
