package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;
import org.volvox.base.Term;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.snapshot.SnapshotScan;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalRecord;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.engine.RaftFiles;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.LogBounds;
import org.volvox.node.group.StateMark;
import org.volvox.storage.FileDisk;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StagedState;
import org.volvox.storage.StateStore;

class NodeStorageTest {
  private static final RaftFiles.Mender NOBODY =
      (known, store, log) -> {
        throw new AssertionError("nobody is to be asked: " + log.holes());
      };

  @TempDir Path temporary = Path.of("");

  @Test
  void refusesToGoOnWithoutTheLogItHad() throws Exception {
    Path cluster = temporary.resolve("c");
    ClusterFolder.create(cluster, ClusterFolder.localAddresses(1));
    Path node = cluster.resolve("n1");
    openAndClose(node);
    openAndClose(node);
    try (Stream<Path> files = Files.list(node.resolve("wal"))) {
      List<Path> segments = files.toList();
      assertThat(segments).isNotEmpty();
      for (Path segment : segments) {
        Files.delete(segment);
      }
    }
    assertThatThrownBy(() -> openAndClose(node))
        .isInstanceOf(FolderException.class)
        .hasMessageContaining("wal is gone")
        .hasMessageContaining("put a new node in its place: volvox node replace n1");
  }

  @Test
  void finishesASnapshotThatACrashLeftBesideTheState() throws Exception {
    Path cluster = temporary.resolve("c");
    ClusterFolder.create(cluster, ClusterFolder.localAddresses(1));
    Path node = cluster.resolve("n1");
    openAndClose(node);
    stage(node, 77);
    assertThat(openAndClose(node).lastIndex()).isEqualTo(LogIndex.ZERO); // Staged, and no more.
    assertThat(Files.exists(node.resolve("state.staged"))).isFalse();
    stage(node, 77);
    beginBehind(node, 77);
    Recovered found = openAndClose(node);
    assertThat(found.base().index()).isEqualTo(new LogIndex(77));
    assertThat(found.commit()).isEqualTo(new LogIndex(77));
    assertThat(openAndClose(node).commit()).isEqualTo(new LogIndex(77));
    stage(node, 90);
    beginBehind(node, 100);
    assertThatThrownBy(() -> openAndClose(node))
        .isInstanceOf(FolderException.class)
        .hasMessageContaining("begins behind entry 100, but the state has only entry 77")
        .hasMessageContaining("put a new node in its place: volvox node replace n1");
  }

  private static void stage(Path node, long index) throws Exception {
    try (StateStore state = StateStore.open(node.resolve("state"), RocksStore.INDEX_BYTES);
        StateStore source =
            StateStore.open(node.resolve("source-" + index), RocksStore.INDEX_BYTES);
        OrderedStore.Batch batch = source.batch();
        StagedState staged = state.stage()) {
      LogIndex at = new LogIndex(index);
      StateMark.applied(new Entry(new Term(4), at, Entry.Kind.NOOP, Bytes.EMPTY), at, batch);
      batch.commit();
      try (OrderedStore.Snapshot view = source.snapshot()) {
        SnapshotScan scan = new SnapshotScan(view, 0);
        staged.accept(new SnapshotPart.Header(new ClusterId(1), 0, at, new Term(4), Bytes.EMPTY));
        while (!staged.check().isComplete()) {
          staged.accept(scan.next());
        }
      }
    }
  }

  private static void beginBehind(Path node, long index) throws Exception {
    try (NodeFolder folder = NodeFolder.open(node);
        FileDisk disk = new FileDisk(node.resolve("wal"))) {
      WalConfig config = WalConfig.ofNode(folder.clusterId().value() ^ folder.node().value());
      Wal wal = ((Opened.Ready) Wal.open(disk, config)).wal();
      wal.append(List.of(new WalRecord.State(0, new HardState(new Term(4), Optional.empty()))));
      wal.restart(new WalRecord.Restart(0, new LogIndex(index), new Term(4)));
      wal.close();
    }
  }

  private static Recovered openAndClose(Path node) throws Exception {
    List<Node.Closing> closings = new ArrayList<>();
    try (NodeFolder folder = NodeFolder.open(node)) {
      NodeStorage storage =
          NodeStorage.open(
              folder,
              new NodeStorage.Terms(DiskLimits.DEFAULT, why -> {}),
              () -> RaftFiles.open(folder, LogBounds.OF_NODE, NOBODY),
              closings::add);
      return ((RaftFiles) storage.log()).recovered();
    } finally {
      for (Node.Closing closing : closings.reversed()) {
        closing.action().close();
      }
    }
  }
}
