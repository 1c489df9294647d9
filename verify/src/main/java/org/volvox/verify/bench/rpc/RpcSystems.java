package org.volvox.verify.bench.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.bench.rpc.peer.Keys;
import org.volvox.verify.process.LocalCluster;

/** All systems of a run, up at once, and the cluster that knows the names of ours. */
final class RpcSystems implements AutoCloseable {
  private final Map<String, RpcPair> pairs = new LinkedHashMap<>();
  private final @Nullable LocalCluster cluster;

  /**
   * Starts them.
   *
   * @param work a folder that is emptied first
   */
  RpcSystems(List<RpcRunner> runners, Path work) throws IOException, InterruptedException {
    LocalCluster.delete(work);
    Files.createDirectories(work);
    Keys.create(work);
    boolean hasOurs = runners.stream().anyMatch(RpcRunner::isOurs);
    cluster = hasOurs ? new LocalCluster(work.resolve("cluster")) : null;
    boolean isWhole = false;
    try {
      for (RpcRunner runner : runners) {
        if (!pairs.containsKey(runner.system())) {
          pairs.put(runner.system(), new RpcPair(runner, work));
        }
      }
      isWhole = true;
    } finally {
      if (!isWhole) close();
    }
  }

  RpcPair of(RpcRunner runner) {
    RpcPair pair = pairs.get(runner.system());
    if (pair == null) throw new IllegalArgumentException(runner.system() + " is not up");
    return pair;
  }

  @Override
  public void close() {
    pairs.values().forEach(RpcPair::close);
    if (cluster != null) cluster.close();
  }
}
