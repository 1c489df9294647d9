package org.volvox.node.block;

import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileLimits;

/**
 * Which holders are behind with copies that nobody waits for any more. A slow one may keep so much
 * of an entry node's memory and no more: then it is sent nothing, as if it were down, and fetches
 * what it missed at its own pace. Any thread may call.
 */
final class Laggards {
  /** Of each holder; a third of what an entry node has for blocks. */
  private static final int BYTES_MAX = 2 * FileLimits.BLOCK_BYTES_MAX;

  private final Map<NodeId, Integer> late = new TreeMap<>();

  synchronized boolean isFarBehind(NodeId holder) {
    return late.getOrDefault(holder, 0) >= BYTES_MAX;
  }

  synchronized void fellBehind(NodeId holder, int bytes) {
    late.merge(holder, bytes, Integer::sum);
  }

  synchronized void cameAfter(NodeId holder, int bytes) {
    late.merge(holder, -bytes, Integer::sum);
  }
}
