package org.volvox.cli.beside;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.node.Beside;
import org.volvox.node.folder.ClusterConfig;

/** A client in a node's process, which enters the cluster through that node. */
final class OwnClient {
  private OwnClient() {}

  static Volvox open(Beside.Here here, String gateway) {
    List<ClusterAddress.Node> nodes = new ArrayList<>();
    for (ClusterConfig.Member member : here.config().members()) {
      nodes.add(
          new ClusterAddress.Node(
              member.id(), member.address(), folderOf(here, member.id()).resolve("sock")));
    }
    ClientOptions usual = ClientOptions.DEFAULT;
    return Volvox.connect(
        new ClusterAddress(here.config().clusterId(), nodes, credentials(here)),
        new ClientOptions(
            Optional.of(here.node()),
            usual.timeout(),
            Optional.empty(),
            gateway + " of " + here.node(),
            false));
  }

  private static Path folderOf(Beside.Here here, NodeId node) {
    return node.equals(here.node()) ? here.folder() : here.folder().resolveSibling(node.toString());
  }

  /**
   * Programs that serve see the node's certificate. Where the node has no Unix socket, its folder's
   * path being too long for one, the client enters by TLS, which nodes are not let in by as
   * clients: then it is the user's.
   */
  private static Path credentials(Beside.Here here) {
    return Files.exists(here.folder().resolve("sock"))
        ? here.folder().resolve("tls")
        : here.folder().resolveSibling("client");
  }
}
