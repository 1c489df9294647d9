package org.volvox.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.volvox.base.NodeId;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.measure.NodeMeasures;

/**
 * What runs in a node's process without being a part of the node, such as its pages. NodeMain finds
 * each on the class path and starts it when the node serves, so that a node needs no HTTP to be one
 * and is not later for it; whoever puts the program together names them as services.
 */
public interface Beside {
  /**
   * The node beside which it runs.
   *
   * @param address where it listens
   * @param folder its own
   * @param config who is in the cluster, as the node's folder says it
   */
  record Here(
      NodeId node,
      InetSocketAddress address,
      Path folder,
      ClusterConfig config,
      NodeMeasures measures) {}

  /**
   * Starts, and lasts as long as the process.
   *
   * @return what it is and where, for the node's log
   * @throws IOException why not; the node goes on without it
   */
  String start(Here here) throws IOException;
}
