package org.volvox.node.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.volvox.consensus.raft.Membership;
import org.volvox.node.event.Journal;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.LogBounds;
import org.volvox.node.serve.Members;
import org.volvox.rpc.LinkPolicy;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.TlsMaterial;

/**
 * Whoever can keep a replicated log on a node's disk and network. The node's own is {@link
 * RaftEngine}; {@link Engines} finds others on the class path.
 */
public interface LogEngine {
  /** As {@code --engine} and cluster.json have it: lower-case letters. */
  String name();

  /**
   * Looks at the log's files in the node's folder wal/, before the state is opened: so the state's
   * folder shows that there was a log before. Nobody takes part yet.
   */
  LogFiles files(Ground ground) throws FolderException, IOException;

  /** Where a log lives: the folder, how big it may get, and how the node is reached. */
  record Ground(NodeFolder folder, LogBounds bounds, Network network, Journal journal) {
    /** Nobody for a node that joins: it waits for a leader to tell it who there is. */
    public Membership founders() {
      return folder.isJoining() ? Membership.EMPTY : Members.founders(folder.config());
    }
  }

  /** The node's end of the network, for who must ask the others before the node serves. */
  record Network(
      LocalEnd end,
      TlsMaterial tls,
      LinkPolicy links,
      InetSocketAddress address,
      Optional<Path> socket) {}
}
