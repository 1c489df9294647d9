package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.node.TestCluster.await;
import static org.volvox.node.TestCluster.n;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.UploadRow;
import org.volvox.calls.message.MemberMessage.Answer;
import org.volvox.calls.message.MemberMessage.Kind;
import org.volvox.calls.message.MemberMessage.Request;
import org.volvox.calls.message.MemberMessage.Row;
import org.volvox.calls.message.MemberMessage.Verdict;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.FolderTree;

/** Nodes that join, take over from others and go, with the blocks that they hold. */
@Timeout(90)
class NodeMembersTest {
  private static final int BLOCKS = 80;
  private static final int BLOCK_BYTES = 20_000;

  @TempDir Path folder;

  private static Answer ask(TestCluster cluster, Request request) throws Exception {
    try (TestClient client = cluster.client(cluster.follower())) {
      return client.members(request);
    }
  }

  private static Optional<Row> row(TestCluster cluster, NodeId node) throws Exception {
    return ask(cluster, new Request.Show()).row(node);
  }

  private static void add(TestCluster cluster, NodeId id, boolean votes, Optional<NodeId> replaces)
      throws Exception {
    String address = cluster.startJoining(id);
    Answer answer = ask(cluster, new Request.Add(id, address, votes, replaces, false));
    assertThat(answer.verdict()).as(answer.text()).isEqualTo(Verdict.DONE);
  }

  @Test
  void aNewNodeGetsItsShareOfTheBlocksAndThenAVote() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      List<StoredBlock> stored = upload(cluster, n(1));
      add(cluster, n(4), false, Optional.empty());
      await(() -> row(cluster, n(4)).map(Row::isComplete).orElse(false));
      assertThat(row(cluster, n(4)).map(Row::kind)).contains(Kind.LEARNER);
      assertThat(cluster.node(n(4)).status().blocksHeld()).isGreaterThan(BLOCKS / 2);
      assertReadable(cluster, n(4), stored);
      assertThat(ask(cluster, new Request.Promote(n(4))).verdict()).isEqualTo(Verdict.DONE);
      await(() -> row(cluster, n(4)).map(Row::kind).equals(Optional.of(Kind.VOTER)));
      // Four voters: with two of them gone there is none to lead, so the new one's vote counts.
      cluster.kill(n(3));
      assertThat(upload(cluster, n(4), "/g")).hasSize(BLOCKS);
    }
  }

  @Test
  void allThreeNodesAreReplacedOneByOneAndNothingIsLost() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      List<StoredBlock> stored = upload(cluster, n(1));
      for (int old = 1; old <= 3; old++) {
        NodeId gone = n(old);
        NodeId next = n(old + 3);
        add(cluster, next, true, Optional.of(gone));
        assertThat(cluster.awaitEnd(gone)).contains(gone + " was removed from the cluster");
        await(() -> row(cluster, gone).isEmpty());
        assertThat(row(cluster, next).map(Row::kind)).contains(Kind.VOTER);
        assertThatThrownBy(() -> cluster.start(gone))
            .isInstanceOf(FolderException.class)
            .hasMessageContaining("its id is never used again");
      }
      for (int node = 4; node <= 6; node++) {
        NodeId id = n(node);
        await(() -> cluster.node(id).status().blocksHeld() == BLOCKS);
        assertReadable(cluster, id, stored);
      }
      assertThat(ask(cluster, new Request.Add(n(3), "127.0.0.1:9", true, Optional.empty(), false)))
          .extracting(Answer::verdict)
          .isEqualTo(Verdict.ID_TAKEN);
      for (int node = 4; node <= 6; node++) {
        cluster.stop(n(node));
      }
      for (int node = 4; node <= 6; node++) {
        cluster.start(n(node)); // From what the log says: node.json knows only nodes that are gone.
      }
      cluster.leader();
      assertReadable(cluster, n(5), stored);
      assertThat(upload(cluster, n(6), "/g")).hasSize(BLOCKS);
    }
  }

  @Test
  void whoJoinsOrReturnsLearnsWhereThoseAreWhoCameMeanwhile() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      upload(cluster, n(1));
      cluster.stop(n(3)); // It knows n1 and n2 only, and both are gone when it is back.
      for (int old = 1; old <= 2; old++) {
        NodeId gone = n(old);
        add(cluster, n(old + 3), true, Optional.of(gone));
        assertThat(cluster.awaitEnd(gone)).contains("was removed");
        await(() -> row(cluster, gone).isEmpty());
      }
      // Its log says for a while that there are n1, n2 and n3, of which none is up.
      add(cluster, n(6), false, Optional.empty());
      await(() -> row(cluster, n(6)).map(Row::isComplete).orElse(false));
      cluster.start(n(3));
      await(() -> cluster.node(n(3)).status().leader().isPresent());
      await(() -> row(cluster, n(3)).map(Row::isComplete).orElse(false));
    }
  }

  @Test
  void aDeadNodeIsReplacedAndItsWipedFolderNamesThatWay() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      List<StoredBlock> stored = upload(cluster, cluster.leader());
      NodeId dead = cluster.leader();
      cluster.kill(dead);
      FolderTree.delete(cluster.folder().nodeFolder(dead).resolve("wal"));
      FolderTree.delete(cluster.folder().nodeFolder(dead).resolve("state"));
      assertThatThrownBy(() -> cluster.start(dead))
          .hasMessageContaining("volvox node replace " + dead);
      Files.createDirectory(cluster.folder().nodeFolder(dead).resolve("wal"));
      assertThatThrownBy(() -> cluster.start(dead))
          .hasMessageContaining("volvox node replace " + dead);
      cluster.leader();
      add(cluster, n(4), true, Optional.of(dead));
      await(() -> row(cluster, dead).isEmpty());
      await(() -> cluster.node(n(4)).status().blocksHeld() == BLOCKS);
      assertReadable(cluster, n(4), stored);
    }
  }

  @Test
  void aNodeGoesOnlyWhileTwoOthersHaveItsBlocks() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      List<StoredBlock> stored = upload(cluster, cluster.leader());
      NodeId down = cluster.follower();
      cluster.stop(down);
      NodeId leader = cluster.leader();
      NodeId other =
          cluster.running().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
      await(() -> cluster.node(leader).status().blocksMissing() == 0);
      await(() -> !ask(cluster, new Request.Remove(other, false, false)).text().isEmpty());
      Answer refused = ask(cluster, new Request.Remove(other, false, false));
      assertThat(refused.verdict()).isEqualTo(Verdict.REFUSED);
      assertThat(refused.text())
          .contains(BLOCKS + " blocks would be on fewer than two nodes")
          .contains("1 other node answers, down: [" + down + "]");
      cluster.start(down);
      await(() -> ask(cluster, new Request.Remove(down, false, false)).verdict() == Verdict.DONE);
      assertThat(cluster.awaitEnd(down)).contains("was removed");
      await(() -> row(cluster, down).isEmpty());
      for (NodeId node : cluster.running()) {
        await(() -> cluster.node(node).status().blocksHeld() == BLOCKS);
      }
      // Two are left: one more would leave every block alone, and only force does that.
      Answer last = ask(cluster, new Request.Remove(other, false, false));
      assertThat(last.verdict()).isEqualTo(Verdict.REFUSED);
      assertThat(ask(cluster, new Request.Remove(leader, false, true)).verdict())
          .isEqualTo(Verdict.DONE);
      assertThat(cluster.awaitEnd(leader)).contains("was removed");
      assertReadable(cluster, other, stored);
      await(() -> upload(cluster, other, "/alone").size() == BLOCKS);
    }
  }

  @Test
  void aNodeThatWasToGoMayStay() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      upload(cluster, cluster.leader());
      NodeId node = cluster.follower();
      NodeId third =
          cluster.running().stream()
              .filter(id -> !id.equals(node) && !id.equals(cluster.leader()))
              .findFirst()
              .orElseThrow();
      add(cluster, n(4), true, Optional.of(node));
      cluster.kill(third); // Whatever n4 lacks, two others that answer must have all.
      assertThat(ask(cluster, new Request.Show()).row(n(4)).flatMap(Row::replaces).isPresent())
          .isTrue();
      assertThat(ask(cluster, new Request.Remove(n(4), false, true)).verdict())
          .isEqualTo(Verdict.DONE);
      assertThat(cluster.awaitEnd(n(4))).contains("was removed");
      assertThat(row(cluster, node).map(Row::isLeaving)).contains(false);
      assertThat(upload(cluster, node, "/g")).hasSize(BLOCKS);
    }
  }

  /** A node without a vote never takes its leader for lost, however long it hears nothing. */
  @Test
  void aNodeThatWasRemovedBehindItsBackFindsOut() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      add(cluster, n(4), false, Optional.empty());
      await(() -> cluster.node(n(4)).status().leader().isPresent());
      cluster.cut(n(4));
      assertThat(ask(cluster, new Request.Remove(n(4), false, true)).verdict())
          .isEqualTo(Verdict.DONE);
      cluster.node(n(4)).links().heal();
      assertThat(cluster.awaitEnd(n(4))).contains("was removed");
    }
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId leader = cluster.leader();
      await(() -> ask(cluster, new Request.Show()).rows().size() == 3);
      assertThat(
              ask(cluster, new Request.Add(n(4), "127.0.0.1:9", true, Optional.empty(), false))
                  .text())
          .contains("no n4 answers " + leader + ", which leads, at 127.0.0.1:9");
      assertThat(
              ask(cluster, new Request.Add(n(4), "nowhere", true, Optional.empty(), false)).text())
          .contains("not an address");
      assertThat(
              ask(cluster, new Request.Add(n(4), "127.0.0.1:9", true, Optional.of(n(9)), false))
                  .text())
          .contains("there is no node n9");
      assertThat(ask(cluster, new Request.Promote(n(9))).text()).contains("there is no node n9");
      assertThat(ask(cluster, new Request.Promote(leader)).verdict()).isEqualTo(Verdict.DONE);
      assertThat(ask(cluster, new Request.Remove(n(9), false, false)).text())
          .contains("there never was a node n9");
      assertThat(ask(cluster, new Request.Priority(n(1), 101)).text()).contains("1 to 100");
      assertThat(ask(cluster, new Request.Transfer(Optional.of(n(9)))).text())
          .contains("has no vote");
    }
  }

  @Test
  void leadershipIsHandedOverAndFollowsPriorities() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId before = cluster.leader();
      NodeId next = cluster.follower();
      assertThat(ask(cluster, new Request.Transfer(Optional.of(next))).verdict())
          .isEqualTo(Verdict.DONE);
      await(() -> cluster.leader().equals(next));
      assertThat(ask(cluster, new Request.Priority(before, 10)).verdict()).isEqualTo(Verdict.DONE);
      await(() -> cluster.leader().equals(before));
      assertThat(row(cluster, before).map(Row::priority)).contains(10);
    }
  }

  private static List<StoredBlock> upload(TestCluster cluster, NodeId entry) throws Exception {
    return upload(cluster, entry, "/f");
  }

  private static List<StoredBlock> upload(TestCluster cluster, NodeId entry, String path)
      throws Exception {
    cluster.leader();
    try (TestClient client = cluster.client(entry)) {
      client.register();
      await(() -> placement(client).epoch() > 0);
      long size = (long) BLOCKS * BLOCK_BYTES;
      UploadRow upload =
          UploadRow.decode(
              client.call(new FileCall.OpenUpload(path, size, Bytes.utf8(path))).body());
      BlockRange range =
          BlockRange.decode(
              client.call(new FileCall.AllocateBlocks(upload.upload(), BLOCKS)).body());
      List<StoredBlock> stored = new ArrayList<>();
      for (int i = 0; i < BLOCKS; i++) {
        stored.add(put(client, range, i));
      }
      long epoch = placement(client).epoch();
      assertThat(client.call(new FileCall.AppendExtents(upload.upload(), 0, epoch, stored)).isOk())
          .isTrue();
      Bytes digest = Bytes.wrap(new byte[32]);
      assertThat(client.call(new FileCall.FinishUpload(upload.upload(), digest)).isOk()).isTrue();
      return stored;
    }
  }

  /** A node that has just started takes a moment until its copies count. */
  private static StoredBlock put(TestClient client, BlockRange range, int index) {
    Bytes block = TestCluster.block(BLOCK_BYTES, index);
    List<NodeId> holders = new ArrayList<>();
    await(() -> holders.addAll(client.put(range.block(index), placement(client).epoch(), block)));
    return new StoredBlock(range.block(index), BLOCK_BYTES, block.crc32c(), holders);
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
}
