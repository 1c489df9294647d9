package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.node.TestCluster.await;
import static org.volvox.node.TestCluster.n;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.FolderTree;

@Timeout(120)
class NodeLogRepairTest {
  private static final int DIRECTORIES = 30;
  private static final int SECTOR = 512;

  @TempDir Path folder;

  @Test
  void comesBackByItselfWhileTheOthersServe() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId hurt = cluster.follower();
      NodeId entry = cluster.leader();
      try (TestClient client = cluster.client(entry)) {
        client.register();
        makeDirectories(client);
        cluster.kill(hurt);
        forgetState(cluster, hurt);
        damage(cluster, hurt, 2);
        damage(cluster, hurt, 3);
        assertThat(client.call(new FileCall.Mkdir("/meanwhile", false)).isOk()).isTrue();
        cluster.start(hurt);
        await(() ->
            cluster
                .node(hurt)
                .status()
                .appliedIndex()
                .equals(cluster.node(entry).status().appliedIndex()));
      }
      assertThat(files(cluster, hurt)).anyMatch(file -> file.startsWith("wal-damaged-"));
      cluster.stop(hurt);
      cluster.start(hurt);
      assertThat(files(cluster, hurt)).noneMatch(file -> file.contains("damaged"));
      try (TestClient client = cluster.client(hurt)) {
        checkDirectories(client);
      }
    }
  }

  @Test
  void allComeBackFromEachOther() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      try (TestClient client = cluster.client(cluster.leader())) {
        client.register();
        makeDirectories(client);
      }
      List<NodeId> all = cluster.running();
      await(() -> haveAllTheSame(cluster, all));
      all.forEach(cluster::kill);
      int part = 2;
      for (NodeId node : all) {
        forgetState(cluster, node);
        damage(cluster, node, part++);
      }
      try (ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> started = new ArrayList<>();
        for (NodeId node : all) {
          started.add(
              starts.submit(() -> {
                cluster.start(node);
                return null;
              }));
        }
        for (Future<?> each : started) {
          each.get();
        }
      }
      cluster.leader();
      for (NodeId node : all) {
        try (TestClient client = cluster.client(node)) {
          await(() -> client.ask(new FileAsk.Stat("/d0")).isOk());
          checkDirectories(client);
        }
      }
    }
  }

  @Test
  void whatIsInTheStateNeedsNobody() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 1)) {
      try (TestClient client = cluster.client(cluster.leader())) {
        client.register();
        makeDirectories(client);
      }
      cluster.stop(n(1));
      damage(cluster, n(1), 2);
      cluster.start(n(1));
      cluster.leader();
      try (TestClient client = cluster.client(n(1))) {
        checkDirectories(client);
      }
      cluster.stop(n(1));
      forgetState(cluster, n(1));
      damage(cluster, n(1), 1);
      assertThatThrownBy(() -> cluster.start(n(1)))
          .isInstanceOf(FolderException.class)
          .hasMessageContaining("files of the state are lost");
    }
  }

  @Test
  void whoIsAloneSaysThatNobodyCanHelp() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 1)) {
      try (TestClient client = cluster.client(cluster.leader())) {
        client.register();
        makeDirectories(client);
      }
      cluster.stop(n(1));
      forgetState(cluster, n(1));
      damage(cluster, n(1), 2);
      assertThatThrownBy(() -> cluster.start(n(1)))
          .isInstanceOf(FolderException.class)
          .hasMessageContaining("no other node could have them");
    }
  }

  /** A quorum may go on without the third, whose log would have nothing to damage. */
  private static boolean haveAllTheSame(TestCluster cluster, List<NodeId> nodes) {
    return nodes.stream().map(node -> cluster.node(node).status().appliedIndex()).distinct().count()
        == 1;
  }

  private static void makeDirectories(TestClient client) throws Exception {
    for (int i = 0; i < DIRECTORIES; i++) {
      assertThat(client.call(new FileCall.Mkdir("/d" + i, false)).isOk()).isTrue();
    }
  }

  private static void checkDirectories(TestClient client) throws Exception {
    for (int i = 0; i < DIRECTORIES; i++) {
      assertThat(client.ask(new FileAsk.Stat("/d" + i)).isOk()).as("/d" + i).isTrue();
    }
  }

  /** As if nothing of it had been flushed: it is made again from the log. */
  private static void forgetState(TestCluster cluster, NodeId node) throws IOException {
    Path home = cluster.folder().nodeFolder(node);
    try (Stream<Path> files = Files.list(home)) {
      for (Path file : files.toList()) {
        if (String.valueOf(file.getFileName()).startsWith("state")) {
          FolderTree.delete(file);
        }
      }
    }
  }

  /** Flips a bit in the data frame that lies one {@code part}-th into the log. */
  private static void damage(TestCluster cluster, NodeId node, int part) throws IOException {
    Path file = cluster.folder().nodeFolder(node).resolve("wal").resolve("wal-0000000000000001");
    byte[] bytes = Files.readAllBytes(file);
    List<Integer> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += SECTOR) {
      if (bytes[at] == 'V' && bytes[at + 1] == 'X' && bytes[at + 5] == 2) {
        frames.add(at);
      }
    }
    int hit = frames.get(part == 1 ? 1 : frames.size() / part) + 100;
    bytes[hit] ^= 1;
    Files.write(file, bytes);
  }

  private static List<String> files(TestCluster cluster, NodeId node) throws IOException {
    try (Stream<Path> files = Files.list(cluster.folder().nodeFolder(node).resolve("wal"))) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
