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
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.SweepReport;
import org.volvox.base.syscall.UploadRow;
import org.volvox.calls.CallException;
import org.volvox.storage.BlockStore;

@Timeout(120)
class NodeBlocksTest {
  private static final int BLOCKS = 4;
  private static final int BLOCK_BYTES = 300_000;

  @TempDir Path folder;

  @Test
  void blocksAreOnAllThreeNodesAndReadThroughEach() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      List<StoredBlock> stored = upload(cluster, n(1));
      for (NodeId node : cluster.running()) {
        await(() -> cluster.node(node).status().blocksHeld() == BLOCKS);
        assertReadable(cluster, node, stored);
      }
    }
  }

  @Test
  void aNodeThatLostItsBlocksFetchesThemAgain() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      List<StoredBlock> stored = upload(cluster, n(2));
      NodeId poor = cluster.follower();
      await(() -> cluster.node(poor).status().blocksHeld() == BLOCKS);
      cluster.stop(poor);
      deleteAll(cluster.folder().nodeFolder(poor).resolve("blocks"));
      cluster.start(poor);
      assertReadable(cluster, poor, stored);
      await(() ->
          cluster.node(poor).status().blocksHeld() == BLOCKS
              && cluster.node(poor).status().blocksMissing() == 0);
      for (NodeId node : cluster.running()) {
        if (!node.equals(poor)) {
          cluster.kill(node);
        }
      }
      assertReadable(cluster, poor, stored); // Without a quorum, from its own disk.
    }
  }

  @Test
  void aNodeThatWasAwayFetchesWhatWasWrittenMeanwhile() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId away = cluster.follower();
      cluster.stop(away);
      upload(cluster, cluster.leader());
      cluster.start(away);
      await(() -> cluster.node(away).status().blocksHeld() == BLOCKS);
    }
  }

  @Test
  void theBlocksOfARemovedFileAreDeletedAfterTheGracePeriodAndNotBefore() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      List<StoredBlock> stored = upload(cluster, n(1));
      for (NodeId node : cluster.running()) {
        await(() -> cluster.node(node).status().blocksHeld() == BLOCKS);
      }
      try (TestClient client = cluster.client(n(2))) {
        client.register();
        assertThat(client.call(new FileCall.Remove("/f", false)).isOk()).isTrue();
        cluster.passTime(FileLimits.GRACE_MILLIS / 2);
        assertThat(sweeps(client, FileLimits.GRACE_MILLIS / 2)).isFalse();
        assertReadable(cluster, n(3), stored);
        cluster.passTime(FileLimits.GRACE_MILLIS);
      }
      for (NodeId node : cluster.running()) {
        await(() -> cluster.node(node).status().blocksHeld() == 0);
      }
      cluster.stop(n(3));
      try (BlockStore store =
          BlockStore.open(cluster.folder().nodeFolder(n(3)).resolve("blocks"))) {
        assertThat(store.list(Optional.empty(), BLOCKS)).isEmpty();
        assertThat(store.usage().liveBytes()).isZero();
      }
    }
  }

  private static boolean sweeps(TestClient client, long aheadMillis) throws Exception {
    WallTime now = new WallTime(System.currentTimeMillis() + aheadMillis);
    return SweepReport.decode(client.ask(new FileAsk.QueueDue(now)).body()).more();
  }

  @Test
  void aBlockThatNobodyHasIsNotFound() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3);
        TestClient client = cluster.client(cluster.leader())) {
      await(() -> placement(client).epoch() > 0);
      assertThatThrownBy(() -> client.get(new BlockId(0, 1, 1), 10, 0))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("no whole copy of block")
          .hasMessageContaining(
              "n1 has none, n2 has none, n3 has none; it is lost but for a backup");
    }
  }

  private static List<StoredBlock> upload(TestCluster cluster, NodeId entry) throws Exception {
    cluster.leader();
    try (TestClient client = cluster.client(entry)) {
      client.register();
      await(() -> placement(client).epoch() > 0);
      long epoch = placement(client).epoch();
      long size = (long) BLOCKS * BLOCK_BYTES;
      UploadRow upload =
          UploadRow.decode(
              client.call(new FileCall.OpenUpload("/f", size, Bytes.utf8("token"))).body());
      BlockRange range =
          BlockRange.decode(
              client.call(new FileCall.AllocateBlocks(upload.upload(), BLOCKS)).body());
      List<StoredBlock> stored = new ArrayList<>();
      for (int i = 0; i < BLOCKS; i++) {
        Bytes block = TestCluster.block(BLOCK_BYTES, i);
        List<NodeId> holders = client.put(range.block(i), epoch, block);
        assertThat(holders).hasSizeBetween(2, 3);
        stored.add(new StoredBlock(range.block(i), BLOCK_BYTES, block.crc32c(), holders));
      }
      assertThat(client.call(new FileCall.AppendExtents(upload.upload(), 0, epoch, stored)).isOk())
          .isTrue();
      Bytes digest = Bytes.wrap(new byte[32]);
      assertThat(client.call(new FileCall.FinishUpload(upload.upload(), digest)).isOk()).isTrue();
      return stored;
    }
  }

  private static PlacementTable placement(TestClient client) throws Exception {
    return PlacementTable.decode(client.ask(new FileAsk.Placement()).body());
  }

  private static void assertReadable(TestCluster cluster, NodeId entry, List<StoredBlock> stored)
      throws Exception {
    try (TestClient client = cluster.client(entry)) {
      for (int i = 0; i < stored.size(); i++) {
        StoredBlock block = stored.get(i);
        assertThat(client.get(block.block(), block.length(), block.crc32c()))
            .isEqualTo(TestCluster.block(BLOCK_BYTES, i));
      }
    }
  }

  private static void deleteAll(Path path) throws IOException {
    try (Stream<Path> below = Files.walk(path)) {
      for (Path each : below.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }
}
