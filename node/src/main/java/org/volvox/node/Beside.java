package org.volvox.node;

import java.io.IOException;
import java.net.InetAddress;

/**
 * What runs in a node's process without being a part of the node, such as its pages. NodeMain finds
 * each on the class path and starts it when the node serves, so that a node needs no HTTP to be one
 * and is not later for it; whoever puts the program together names them as services.
 */
public interface Beside {
  /**
   * Starts, and lasts as long as the process.
   *
   * @param address the node's own
   * @return what it is and where, for the node's log
   * @throws IOException why not; the node goes on without it
   */
  String start(InetAddress address) throws IOException;
}
