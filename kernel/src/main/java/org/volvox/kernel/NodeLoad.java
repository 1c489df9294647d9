package org.volvox.kernel;

import org.volvox.base.NodeId;

/**
 * What a leader last heard of a node: whether it is up, how many processes it has been given that
 * live, and how many processors it has (at least 1).
 */
public record NodeLoad(NodeId node, boolean up, int processes, int processors) {
  public NodeLoad {
    if (processes < 0 || processors < 1) {
      throw new IllegalArgumentException(
          processes + " processes on " + processors + " processors of " + node);
    }
  }
}
