package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.volvox.node.TestCluster.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.Status;
import org.volvox.calls.message.NodeStatus;
import org.volvox.node.group.LogBounds;

/** Real nodes whose logs are shortened, and one that has been away for too long. */
@Timeout(180)
class NodeSnapshotTest {
  private static final LogBounds SMALL = new LogBounds(64 << 10, 512 << 10, 256 << 10, 8 << 20);
  private static final Bytes DIGEST = Bytes.wrap(new byte[32]);

  @TempDir Path folder;

  @Test
  void aNodeThatWasAwayForLongComesBackBySnapshotAndLogsStayBounded() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3, SMALL)) {
      NodeId away = cluster.follower();
      NodeId entry = cluster.leader();
      try (TestClient client = cluster.client(entry)) {
        client.register();
        TestClient unsure = cluster.client(entry); // Of whether its only request came.
        unsure.register();
        FileCall.Mkdir once = new FileCall.Mkdir("/once", false);
        assertThat(unsure.call(once).isOk()).isTrue();
        cluster.kill(away);
        for (int i = 0; i < 200; i++) {
          put(client, "/f" + i, i);
        }
        await(() -> status(cluster, entry).log().base().value() > 100);
        await(() -> walBytes(cluster, entry) < SMALL.bytesMax() + (1 << 20));
        cluster.start(away);
        for (int i = 200; i < 300; i++) {
          put(client, "/f" + i, i); // Service goes on meanwhile.
        }
        await(() ->
            status(cluster, away).appliedIndex().equals(status(cluster, entry).appliedIndex()));
        assertThat(status(cluster, away).log().base().value()).isGreaterThan(100);
        cluster.kill(entry); // What it has must be enough to go on with.
        try (TestClient other = cluster.client(away)) {
          await(() -> other.ask(new FileAsk.Stat("/f0")).isOk());
          assertThat(other.ask(new FileAsk.Stat("/f299")).isOk()).isTrue();
          other.continueAs(unsure);
          assertThat(other.repeat(once).status()).isEqualTo(Status.OK);
        }
        unsure.close();
      }
    }
  }

  @Test
  void allNodesStartAgainFromShortLogs() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3, SMALL)) {
      try (TestClient client = cluster.client(cluster.leader())) {
        client.register();
        for (int i = 0; i < 100; i++) {
          put(client, "/f" + i, i);
        }
      }
      await(() ->
          cluster.running().stream().allMatch(n -> status(cluster, n).log().base().value() > 20));
      for (NodeId node : List.copyOf(cluster.running())) {
        cluster.kill(node);
      }
      for (NodeId node : cluster.folder().config().nodes()) {
        cluster.start(node);
      }
      NodeId leader = cluster.leader();
      try (TestClient client = cluster.client(leader)) {
        await(() -> client.ask(new FileAsk.Stat("/f0")).isOk());
        client.register();
        put(client, "/f100", 100);
      }
    }
  }

  private static void put(TestClient client, String path, int seed) throws Exception {
    Bytes data = TestCluster.block(16 << 10, seed);
    assertThat(client.call(new FileCall.PutInline(path, data, DIGEST)).isOk()).isTrue();
  }

  private static NodeStatus status(TestCluster cluster, NodeId node) {
    return cluster.node(node).status();
  }

  private static long walBytes(TestCluster cluster, NodeId node) throws Exception {
    long bytes = 0;
    try (Stream<Path> files = Files.list(cluster.folder().nodeFolder(node).resolve("wal"))) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
