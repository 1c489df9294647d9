package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.NamespaceCluster;
import org.volvox.verify.process.NamespaceNetwork;

/** Ours: each member sees its own folder only. */
final class VolvoxFailover implements FailoverSystem {
  private final NamespaceCluster cluster;

  VolvoxFailover(Path folder) throws IOException {
    LocalCluster.delete(folder);
    Path logs = Files.createDirectories(folder.resolve("logs"));
    cluster = new NamespaceCluster(folder.resolve("cluster"), logs, MEMBERS);
  }

  @Override
  public String name() {
    return "volvox";
  }

  @Override
  public String conditions() {
    return "volvox 0.1: a write replaces a file that is kept inline in the log; synced on a quorum"
        + " before the answer; TLS 1.3 between nodes and from the clients; each request takes effect"
        + " exactly once; default times; the virtual machine's options are those of volvox up";
  }

  @Override
  public NamespaceNetwork network() {
    return cluster.network();
  }

  @Override
  public void start(int member) throws IOException {
    cluster.start(member);
  }

  @Override
  public Process process(int member) {
    return cluster.process(member).orElseThrow();
  }

  @Override
  public List<String> load() {
    return cluster.asClient(FailoverLoad.line(VolvoxTarget.NAME, cluster.folder().toString()));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
