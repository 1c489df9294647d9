package org.volvox.node;

import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.DiskException;
import org.volvox.base.OrderedStore;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.node.block.LocalBlocks;
import org.volvox.node.block.StoredBlocks;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.storage.FileDisk;
import org.volvox.storage.RocksStore;

/** What a node keeps on its disk, opened: the log and the replicated state. */
record NodeStorage(Opened.Ready log, OrderedStore store, LocalBlocks blocks) {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStorage.class);
  private static final String STATE = "state";

  static NodeStorage open(NodeFolder folder, Consumer<Node.Closing> closings)
      throws FolderException, IOException {
    // The log comes first: so the state's folder shows that there was a log before.
    Opened.Ready log = openLog(folder, closings);
    OrderedStore store = RocksStore.open(folder.folder(STATE), RocksStore.STATE_BYTES);
    closings.accept(
        new Node.Closing(
            "state",
            () -> {
              store.flush();
              store.close();
            }));
    StoredBlocks blocks = StoredBlocks.open(folder.folder("blocks"));
    closings.accept(new Node.Closing("blocks", blocks::close));
    return new NodeStorage(log, store, blocks);
  }

  private static Opened.Ready openLog(NodeFolder folder, Consumer<Node.Closing> closings)
      throws FolderException, IOException {
    try {
      FileDisk disk = new FileDisk(folder.folder("wal"));
      closings.accept(new Node.Closing("log files", disk::close));
      boolean hadLog = folder.hasBegun() || Files.exists(folder.folder(STATE).resolve("CURRENT"));
      if (!Wal.exists(disk) && hadLog) {
        throw new FolderException(
            FolderException.Kind.DAMAGED,
            "the log in "
                + folder.folder("wal")
                + " is gone, and with it what this node has promised to the others: put the files"
                + " back, or "
                + NodeFolder.replaceIt(folder.node()));
      }
      long logId = folder.clusterId().value() ^ folder.node().value();
      return switch (Wal.open(disk, WalConfig.ofNode(logId))) {
        case Opened.Ready ready -> {
          folder.markBegun();
          ready
              .cut()
              .ifPresent(cut ->
                  LOG.warn(
                      "cut {} sectors of an unfinished write off {} at byte {}",
                      cut.sectors(),
                      cut.segment(),
                      cut.offset()));
          yield ready;
        }
        case Opened.Damaged(var damage) ->
            throw new FolderException(FolderException.Kind.DAMAGED, damage.text());
      };
    } catch (DiskException e) {
      throw new IOException("the log cannot be opened: " + e.getMessage(), e);
    }
  }
}
