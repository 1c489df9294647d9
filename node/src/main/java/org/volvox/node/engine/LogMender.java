package org.volvox.node.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Membership;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.mend.LogMending;
import org.volvox.node.serve.Members;
import org.volvox.storage.StateStore;

/** Fills a damaged log from whoever else belongs to the cluster. */
final class LogMender implements RaftFiles.Mender {
  private final LogEngine.Ground ground;

  LogMender(LogEngine.Ground ground) {
    this.ground = ground;
  }

  @Override
  public void mend(Membership known, StateStore store, Salvaged log)
      throws FolderException, IOException {
    NodeFolder folder = ground.folder();
    Membership there = known.members().isEmpty() ? ground.founders() : known;
    Map<NodeId, InetSocketAddress> others = Members.others(folder.node(), there, folder.config());
    if (others.isEmpty()) {
      throw new FolderException(
          FolderException.Kind.DAMAGED,
          "the log has lost "
              + log.missing()
              + " entries, and no other node could have them: restore a backup (volvox restore)");
    }
    LogEngine.Network network = ground.network();
    LogMending.run(
        new LogMending.Home(
            network.end(),
            network.tls(),
            network.links(),
            network.address(),
            network.socket(),
            others),
        store,
        log);
    ground
        .journal()
        .record(EventKind.NODE_STARTED, "repaired its log from the others", Optional.empty());
  }
}
