package org.volvox.ratis;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.volvox.node.engine.LogFiles;
import org.volvox.node.engine.LogParts;
import org.volvox.node.engine.OpenLog;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.LogBounds;
import org.volvox.storage.StateStore;

/** Ratis' files in a node's folder wal/; Ratis itself opens and joins them when it starts. */
final class RatisFiles implements LogFiles {
  private final NodeFolder folder;
  private final RatisLog.Place place;

  private RatisFiles(NodeFolder folder, RatisLog.Place place) {
    this.folder = folder;
    this.place = place;
  }

  static RatisFiles open(NodeFolder folder, LogBounds bounds) throws FolderException, IOException {
    if (folder.isJoining()) {
      throw new FolderException(FolderException.Kind.FAILED, RatisLog.MEMBERS_ARE_FIXED);
    }
    Path wal = folder.folder("wal");
    if (folder.hasBegun() && isEmpty(wal)) {
      throw new FolderException(
          FolderException.Kind.DAMAGED,
          "the log in "
              + wal
              + " is gone, and with it what this node has promised to the others: put the files"
              + " back, or restore a backup into a new cluster (volvox restore)");
    }
    RaftGroupId group = RaftGroupId.valueOf(new UUID(0, folder.clusterId().value()));
    return new RatisFiles(folder, new RatisLog.Place(folder.node(), group, wal, bounds));
  }

  private static boolean isEmpty(Path wal) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(wal)) {
      return !files.iterator().hasNext();
    }
  }

  @Override
  public void join(StateStore store) {
    // The state's mark says where Ratis goes on from; it looks there when it is opened.
  }

  @Override
  public OpenLog open(LogParts parts) throws IOException {
    return RatisLog.open(place, parts, folder::markBegun);
  }

  @Override
  public void close() {
    // Ratis closes its files when it is stopped.
  }
}
