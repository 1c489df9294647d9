package org.volvox.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.block.StoredBlocks;
import org.volvox.node.block.WatchedBlocks;
import org.volvox.node.engine.LogFiles;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.storage.DiskRoom;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StateStore;

/** What a node keeps on its disk, opened: the log and the replicated state that belongs to it. */
record NodeStorage(LogFiles log, StateStore store, WatchedBlocks blocks, DiskRoom room) {
  private static final String STATE = "state";

  /** How blocks are kept, and who is told of a disk that cannot be trusted. */
  record Terms(DiskLimits disk, Consumer<String> onFailure) {}

  /** Opens the log's files, as their engine does it. */
  interface LogOpener {
    LogFiles open() throws FolderException, IOException;
  }

  static NodeStorage open(
      NodeFolder folder, Terms terms, LogOpener opener, Consumer<Node.Closing> closings)
      throws FolderException, IOException {
    // The log comes first: so the state's folder shows that there was a log before.
    LogFiles log = opener.open();
    closings.accept(new Node.Closing("log files", log::close));
    StateStore store = StateStore.open(folder.file(STATE), RocksStore.STATE_BYTES);
    closings.accept(
        new Node.Closing(
            "state",
            () -> {
              store.flush();
              store.close();
            }));
    log.join(store);
    store.dropStaged(); // Fetched before this start, and not asked for in it.
    DiskRoom room = room(folder, terms.disk());
    Path blocksFolder = folder.folder("blocks");
    WatchedBlocks blocks =
        WatchedBlocks.open(
            blocksFolder, () -> StoredBlocks.open(blocksFolder, room, terms.onFailure()));
    closings.accept(new Node.Closing("blocks", blocks::close));
    return new NodeStorage(log, store, blocks, room);
  }

  private static DiskRoom room(NodeFolder folder, DiskLimits limits) throws IOException {
    return limits.reserveBytes().isPresent()
        ? DiskRoom.of(folder.path(), limits.reserveBytes().getAsLong())
        : DiskRoom.of(folder.path());
  }
}
