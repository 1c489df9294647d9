package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;

/** Ours: each write replaces a small file, which is one command in the log. */
final class VolvoxSystem implements WriteSystem {
  private static final int NODES = 3;
  private final LocalCluster cluster;
  private final Bytes value;
  private final List<Volvox> connections = new ArrayList<>();

  VolvoxSystem(Path folder, byte[] bytes) throws IOException {
    cluster = new LocalCluster(folder.resolve("cluster"));
    value = Bytes.wrap(bytes);
  }

  @Override
  public String name() {
    return "volvox";
  }

  @Override
  public String conditions() {
    return "volvox 0.1: 3 nodes, a write replaces a file that is kept inline in the log; synced on a"
        + " quorum before the answer; TLS 1.3 between nodes, clients by Unix socket, checked by uid;"
        + " three connections, one to each node; each request takes effect exactly once";
  }

  @Override
  public Writer connect(int client) throws IOException, InterruptedException {
    if (connections.size() < NODES) {
      ClientOptions options = ClientOptions.DEFAULT.through(new NodeId(1 + connections.size()));
      connections.add(Volvox.connect(ClusterAddress.ofFolder(cluster.folder()), options));
    }
    Volvox volvox = connections.get(client % NODES % connections.size());
    String path = "/bench-" + client;
    return () -> volvox.files().write(path, value);
  }

  @Override
  public void close() {
    for (Volvox connection : connections) connection.close();
    cluster.close();
  }
}
