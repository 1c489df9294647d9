package org.volvox.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.consensus.log.LogSwap;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.Salvage;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalDamage;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.block.StoredBlocks;
import org.volvox.node.block.WatchedBlocks;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.GroupParts;
import org.volvox.node.group.LogBounds;
import org.volvox.node.group.StateMark;
import org.volvox.storage.DiskRoom;
import org.volvox.storage.FileDisk;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StateStore;

/** What a node keeps on its disk, opened: the log and the replicated state that belongs to it. */
record NodeStorage(
    RaftWal.Start.Ready log, StateStore store, WatchedBlocks blocks, DiskRoom room) {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStorage.class);
  private static final String STATE = "state";

  /** How it is opened: how big it may get, and who is told of a disk that cannot be trusted. */
  record Terms(LogBounds bounds, DiskLimits disk, Consumer<String> onFailure) {}

  /** Fills a damaged log from the others, however long that takes. */
  interface Mender {
    void mend(Membership known, StateStore store, Salvaged log) throws FolderException, IOException;
  }

  static NodeStorage open(
      NodeFolder folder, Terms terms, Mender mender, Consumer<Node.Closing> closings)
      throws FolderException, IOException {
    try {
      // The log comes first: so the state's folder shows that there was a log before.
      Opening opening = Opening.of(folder, terms.bounds(), closings);
      Optional<Opened.Ready> sound = opening.sound();
      StateStore store = StateStore.open(folder.file(STATE), RocksStore.STATE_BYTES);
      closings.accept(
          new Node.Closing(
              "state",
              () -> {
                store.flush();
                store.close();
              }));
      Opened.Ready log = sound.isPresent() ? sound.get() : opening.mended(store, mender);
      RaftWal.Start.Ready joined = join(folder.node(), log, store);
      store.dropStaged(); // Fetched before this start, and not asked for in it.
      DiskRoom room = room(folder, terms.disk());
      Path blocksFolder = folder.folder("blocks");
      WatchedBlocks blocks =
          WatchedBlocks.open(
              blocksFolder, () -> StoredBlocks.open(blocksFolder, room, terms.onFailure()));
      closings.accept(new Node.Closing("blocks", blocks::close));
      return new NodeStorage(joined, store, blocks, room);
    } catch (DiskException e) {
      throw new IOException("the log cannot be opened: " + e.getMessage(), e);
    }
  }

  private static DiskRoom room(NodeFolder folder, DiskLimits limits) throws IOException {
    return limits.reserveBytes().isPresent()
        ? DiskRoom.of(folder.path(), limits.reserveBytes().getAsLong())
        : DiskRoom.of(folder.path());
  }

  /** Finds where log and state meet, after a crash in any step of what replaces both. */
  private static RaftWal.Start.Ready join(NodeId node, Opened.Ready log, StateStore store)
      throws FolderException, IOException, DiskException {
    return switch (RaftWal.of(log, GroupParts.GROUP, StateMark.of(store).stateAt())) {
      case RaftWal.Start.Ready ready -> ready;
      case RaftWal.Start.Damaged(var damage) -> throw damaged(damage);
      case RaftWal.Start.StateBehind(var base, var state) -> {
        Optional<LogIndex> staged = store.staged().map(found -> found.header().index());
        if (!staged.equals(Optional.of(base))) {
          throw new FolderException(
              FolderException.Kind.DAMAGED,
              "the log begins behind entry "
                  + base
                  + ", but the state has only entry "
                  + state
                  + ": files of the state are lost; "
                  + joinAgain(node));
        }
        LOG.info("puts the snapshot of entry {} in place, as a crash left it to do", base);
        store.swap();
        yield join(node, log, store);
      }
    };
  }

  private static String joinAgain(NodeId node) {
    return "put the files back, or " + NodeFolder.replaceIt(node);
  }

  private static FolderException damaged(WalDamage damage) {
    return new FolderException(FolderException.Kind.DAMAGED, damage.text());
  }

  /** The log's files, while it is not known whether they are sound. */
  private record Opening(NodeFolder folder, Disk disk, WalConfig config) {
    static Opening of(NodeFolder folder, LogBounds bounds, Consumer<Node.Closing> closings)
        throws FolderException, IOException, DiskException {
      FileDisk disk = new FileDisk(folder.folder("wal"));
      closings.accept(new Node.Closing("log files", disk::close));
      boolean hadLog = folder.hasBegun() || StateStore.exists(folder.file(STATE));
      if (!Wal.exists(disk) && hadLog) {
        throw new FolderException(
            FolderException.Kind.DAMAGED,
            "the log in "
                + folder.folder("wal")
                + " is gone, and with it what this node has promised to the others: "
                + joinAgain(folder.node()));
      }
      return new Opening(folder, disk, walConfig(folder, bounds.segmentBytes()));
    }

    /** The log, if it is sound. */
    Optional<Opened.Ready> sound() throws IOException, DiskException {
      Opened opened = Wal.open(disk, config);
      if (opened instanceof Opened.Ready ready) {
        folder.markBegun();
        LogSwap.forgetDamaged(disk);
        ready.cut().ifPresent(Opening::tell);
        return Optional.of(ready);
      }
      return Optional.empty();
    }

    private static void tell(Opened.Cut cut) {
      LOG.warn(
          "cut {} sectors of an unfinished write off {} at byte {}",
          cut.sectors(),
          cut.segment(),
          cut.offset());
    }

    /** The log after it was repaired, from the state alone or from the others. */
    Opened.Ready mended(StateStore store, Mender mender)
        throws FolderException, IOException, DiskException {
      StateMark mark = StateMark.of(store);
      Salvaged log =
          switch (Salvage.read(disk, config, GroupParts.GROUP, mark.stateAt())) {
            case Salvage.Verdict.Lost(var damage) -> throw damaged(damage);
            case Salvage.Verdict.Repairable(var left, var found) -> {
              found.forEach(damage -> LOG.warn("{}", damage.place()));
              yield left;
            }
          };
      if (log.missing() > 0) {
        LOG.warn(
            "missing entries: {}",
            String.join(", ", log.holes().reversed().stream().map(Salvaged.Hole::text).toList()));
        Membership known =
            mark.members().map(Recovered.MembersAt::members).orElse(Membership.EMPTY);
        mender.mend(known, store, log);
      }
      LogSwap.replace(disk, config, log);
      LOG.info("the log is whole again, {} to {}", log.base().index(), log.last().index());
      return switch (Wal.open(disk, config)) {
        case Opened.Ready ready -> ready;
        case Opened.Damaged(var damage) -> throw damaged(damage);
      };
    }
  }

  /** How a node's log is made. */
  static WalConfig walConfig(NodeFolder folder, int segmentBytes) {
    long logId = folder.clusterId().value() ^ folder.node().value();
    return new WalConfig(logId, segmentBytes, WalConfig.TAIL_BYTES_DEFAULT);
  }
}
