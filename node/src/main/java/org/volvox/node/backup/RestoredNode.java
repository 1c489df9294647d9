package org.volvox.node.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.DiskException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalRecord;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.crdt.Message;
import org.volvox.crdt.ReplicaCopy;
import org.volvox.fs.Files;
import org.volvox.fs.Transplant;
import org.volvox.kernel.RegisterSeats;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.ServiceTable;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.node.block.StoredBlocks;
import org.volvox.node.data.RestoredData;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.group.GroupParts;
import org.volvox.node.group.StateMark;
import org.volvox.node.serve.Members;
import org.volvox.storage.FileDisk;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StateStore;

/** The folder of one node of a new cluster, while a backup is put into it. One thread uses it. */
final class RestoredNode implements AutoCloseable {
  private static final int STEPS = 500;

  private final NodeId id;
  private final Path folder;
  private final ClusterConfig config;
  private final StateStore state;
  private final StoredBlocks blocks;
  private Optional<RestoredData> data = Optional.empty();

  RestoredNode(NodeId id, Path folder, ClusterConfig config) throws IOException {
    this.id = id;
    this.folder = folder;
    this.config = config;
    this.state = StateStore.open(folder.resolve("state"), RocksStore.INDEX_BYTES);
    try {
      this.blocks = StoredBlocks.open(folder.resolve("blocks"));
    } catch (IOException | RuntimeException e) {
      state.close();
      throw e;
    }
  }

  NodeId id() {
    return id;
  }

  void put(SnapshotPart.Chunk chunk) {
    try (OrderedStore.Batch batch = state.batch()) {
      for (SnapshotPart.Pair pair : chunk.pairs()) {
        batch.put(pair.key(), pair.value());
      }
      batch.commit();
    }
  }

  /** The state is whole: makes it the new cluster's own, and lets its log begin behind it. */
  PlacementTable own(SnapshotPart.Header header, String reason) throws IOException {
    RootMachine machine =
        new RootMachine(
            List.of(new Files(), new RegisterSeats(), new ServiceTable(), new KeySpaces()));
    boolean more = true;
    while (more) {
      try (OrderedStore.Batch batch = state.batch()) {
        more = machine.endAll(STEPS, reason, batch);
        batch.commit();
      }
    }
    more = true;
    while (more) {
      try (OrderedStore.Batch batch = state.batch()) {
        more = Transplant.forgetDead(STEPS, batch);
        batch.commit();
      }
    }
    PlacementTable table;
    try (OrderedStore.Batch batch = state.batch()) {
      table = Transplant.place(config.nodes(), batch);
      RegisterSeats.clear(batch); // Registers are in no backup.
      StateMark.members(new MembersAt(header.index(), Members.founders(config)), batch);
      batch.commit();
    }
    state.flush();
    beginLog(header);
    return table;
  }

  private void beginLog(SnapshotPart.Header header) throws IOException {
    try (FileDisk disk = new FileDisk(folder.resolve("wal"))) {
      WalConfig walConfig = WalConfig.ofNode(config.clusterId().value() ^ id.value());
      if (!(Wal.open(disk, walConfig) instanceof Opened.Ready opened)) {
        throw new IOException("the new log in " + folder + " cannot be read back");
      }
      HardState hard = new HardState(header.term(), Optional.empty());
      opened.wal().append(List.of(new WalRecord.State(GroupParts.GROUP, hard)));
      opened.wal().restart(new WalRecord.Restart(GroupParts.GROUP, header.index(), header.term()));
      opened.wal().close();
    } catch (DiskException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Some of the data that merges. That of spaces which the state does not have is left out: they
   * were removed, or they are newer than the state, and their ids will be given again.
   */
  void put(List<Message.Piece> pieces) {
    RestoredData into = data.orElseGet(() -> RestoredData.begin(folder));
    data = Optional.of(into);
    List<Message.Piece> kept = new ArrayList<>();
    try (OrderedStore.Snapshot view = state.snapshot()) {
      long space = 0;
      boolean isThere = false;
      for (Message.Piece piece : pieces) {
        if (piece.key().space() != space) {
          space = piece.key().space();
          isThere = isAvailable(space, view);
        }
        if (isThere) {
          kept.add(piece);
        }
      }
    }
    into.put(kept);
  }

  private static boolean isAvailable(long space, OrderedStore.Reader view) {
    return KeySpaces.space(space, view)
        .map(row -> row.consistency() == Consistency.AVAILABLE)
        .orElse(false);
  }

  /** The data that merges is whole. */
  void finish(ReplicaCopy of) {
    data.orElseThrow().finish(of);
  }

  void put(BackupRecord.Block block) throws IOException {
    blocks.put(block.block(), block.data(), block.crc32c());
  }

  @Override
  public void close() throws IOException {
    data.ifPresent(RestoredData::close);
    state.close();
    blocks.close();
  }
}
