package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.node.TestCluster.await;
import static org.volvox.node.TestCluster.n;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.UploadRow;
import org.volvox.calls.CallException;
import org.volvox.storage.BlockStore;

/** Blocks that are damaged or gone on disks of nodes that were stopped, in every combination. */
@Timeout(120)
class NodeDamageTest {
  private static final int BLOCK_BYTES = 70_000;
  private static final int HEADER_BYTES = 64;
  private static final int SECTOR_BYTES = 512;

  /** What is done to one copy. */
  private enum Harm {
    NONE,
    PAYLOAD,
    HEADER,
    LOST
  }

  private record Case(int number, List<Harm> harms) {
    boolean isLost() {
      return !harms.contains(Harm.NONE);
    }
  }

  @TempDir Path folder;

  @Test
  void oneWholeCopyOfThreeIsEnoughAndAllAreWholeAgain() throws Exception {
    List<Case> cases = cases();
    assertThat(cases).hasSize(64);
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      List<StoredBlock> stored = upload(cluster, cases.size());
      for (NodeId node : cluster.running()) {
        await(() -> cluster.node(node).status().blocksHeld() == cases.size());
      }
      List.of(n(1), n(2), n(3)).forEach(cluster::kill);
      for (Case each : cases) {
        for (int node = 1; node <= 3; node++) {
          harm(cluster, n(node), stored.get(each.number()).block(), each.harms().get(node - 1));
        }
      }
      for (int node = 1; node <= 3; node++) {
        cluster.start(n(node));
      }
      cluster.leader();
      for (Case each : cases) {
        NodeId entry = n(1 + each.number() % 3);
        if (each.isLost()) {
          assertLost(cluster, entry, stored.get(each.number()), each);
        } else {
          assertThat(read(cluster, entry, stored.get(each.number())))
              .as("%s through %s", each, entry)
              .isEqualTo(TestCluster.block(BLOCK_BYTES, each.number()));
        }
      }
      long lost = cases.stream().filter(Case::isLost).count();
      readAll(cluster, cases, stored);
      for (NodeId node : cluster.running()) {
        await(() -> cluster.node(node).status().blocksHeld() == cases.size() - lost);
        assertThat(cluster.node(node).status().blocksMissing()).isEqualTo(lost);
        assertTold(cluster, node);
      }
      // Each node alone, from its own disk only: nobody else could help it.
      cluster.kill(n(1));
      cluster.kill(n(2));
      for (Case each : cases) {
        if (!each.isLost()) {
          assertThat(read(cluster, n(3), stored.get(each.number())))
              .isEqualTo(TestCluster.block(BLOCK_BYTES, each.number()));
        }
      }
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Harm first : Harm.values()) {
      for (Harm second : Harm.values()) {
        for (Harm third : Harm.values()) {
          cases.add(new Case(cases.size(), List.of(first, second, third)));
        }
      }
    }
    return cases;
  }

  /** What nobody reads is found by the scrub, which is another test's. */
  private static void readAll(TestCluster cluster, List<Case> cases, List<StoredBlock> stored)
      throws Exception {
    for (NodeId node : cluster.running()) {
      for (Case each : cases) {
        if (!each.isLost()) {
          assertThat(read(cluster, node, stored.get(each.number())))
              .isEqualTo(TestCluster.block(BLOCK_BYTES, each.number()));
        }
      }
    }
  }

  private static void assertTold(TestCluster cluster, NodeId node) throws Exception {
    try (TestClient client = cluster.client(node)) {
      List<Event> events =
          client.events(500).stream().filter(event -> event.node().equals(node)).toList();
      assertThat(events).filteredOn(event -> event.kind() == EventKind.BLOCK_DAMAGED).hasSize(32);
      assertThat(events)
          .filteredOn(event -> event.kind() == EventKind.BLOCKS_FETCHED)
          .filteredOn(event -> event.text().startsWith("rewrote damaged block "))
          .hasSize(32 - 18);
    }
  }

  private static void assertLost(TestCluster cluster, NodeId entry, StoredBlock block, Case each) {
    String said = "no whole copy of block " + block.block() + ": " + words(each);
    assertThatThrownBy(() -> read(cluster, entry, block))
        .as("%s", each)
        .isInstanceOf(CallException.class)
        .hasMessageEndingWith(said + "; it is lost but for a backup");
  }

  private static String words(Case each) {
    List<String> words = new ArrayList<>();
    for (int node = 1; node <= 3; node++) {
      Harm harm = each.harms().get(node - 1);
      words.add("n" + node + (harm == Harm.LOST ? " has none" : " has a damaged copy"));
    }
    return String.join(", ", words);
  }

  private static Bytes read(TestCluster cluster, NodeId entry, StoredBlock block) throws Exception {
    try (TestClient client = cluster.client(entry)) {
      return client.get(block.block(), block.length(), block.crc32c());
    }
  }

  private static void harm(TestCluster cluster, NodeId node, BlockId block, Harm harm)
      throws IOException {
    Path blocks = cluster.folder().nodeFolder(node).resolve("blocks");
    switch (harm) {
      case NONE -> {}
      case PAYLOAD -> flip(blocks, block, HEADER_BYTES + BLOCK_BYTES / 2);
      case HEADER -> flip(blocks, block, 45);
      case LOST -> {
        try (BlockStore store = BlockStore.open(blocks)) {
          store.delete(List.of(block));
        }
      }
    }
  }

  /** Flips one bit of the record of a block, so many bytes behind its beginning. */
  private static void flip(Path blocks, BlockId block, int at) throws IOException {
    ByteWriter id = new ByteWriter(16);
    block.encode(id);
    int flipped = 0;
    try (Stream<Path> files = Files.list(blocks)) {
      for (Path file : files.filter(each -> each.toString().contains("blocks-")).toList()) {
        Bytes bytes = Bytes.wrap(Files.readAllBytes(file));
        for (int from = 0; from + HEADER_BYTES <= bytes.length(); from += SECTOR_BYTES) {
          if (bytes.slice(from, from + 4).equals(Bytes.utf8("VXBL"))
              && bytes.slice(from + 8, from + 24).equals(id.toBytes())) {
            flip(file, from + at);
            flipped++;
          }
        }
      }
    }
    assertThat(flipped).isEqualTo(1);
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(at);
      int value = access.read();
      access.seek(at);
      access.write(value ^ 4);
    }
  }

  private static List<StoredBlock> upload(TestCluster cluster, int count) throws Exception {
    NodeId entry = cluster.leader();
    try (TestClient client = cluster.client(entry)) {
      client.register();
      await(() -> placement(client).epoch() > 0);
      long epoch = placement(client).epoch();
      long size = (long) count * BLOCK_BYTES;
      UploadRow upload =
          UploadRow.decode(
              client.call(new FileCall.OpenUpload("/f", size, Bytes.utf8("token"))).body());
      BlockRange range =
          BlockRange.decode(
              client.call(new FileCall.AllocateBlocks(upload.upload(), count)).body());
      List<StoredBlock> stored = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Bytes block = TestCluster.block(BLOCK_BYTES, i);
        List<NodeId> holders = client.put(range.block(i), epoch, block);
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
}
