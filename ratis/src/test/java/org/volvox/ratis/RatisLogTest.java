package org.volvox.ratis;

import java.nio.file.Path;
import org.volvox.node.group.LogBounds;
import org.volvox.node.group.LoopbackCluster;
import org.volvox.node.group.ReplicatedLogContract;

/** Ratis keeps the contract of a replicated log. */
class RatisLogTest extends ReplicatedLogContract {
  @Override
  protected LoopbackCluster cluster(Path folder, int size, LogBounds bounds) throws Exception {
    return new RatisLoopback(folder, size, bounds).startAll();
  }
}
