package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;

/** Ours: each write replaces a small file, which is one command in the log. */
final class VolvoxSystem implements WriteSystem {
  private static final int NODES = 3;
  private final LocalCluster cluster;
  private final Path value;

  VolvoxSystem(Path folder, byte[] bytes) throws IOException {
    cluster = new LocalCluster(folder.resolve("cluster"));
    value = Files.write(folder.resolve("value"), bytes);
  }

  @Override
  public String name() {
    return "volvox";
  }

  @Override
  public String conditions() {
    return "volvox 0.1: 3 nodes, a write is `put` of a file that is kept inline in the log; synced on a"
        + " quorum before the answer; TLS 1.3 between nodes, clients by Unix socket, checked by uid;"
        + " each client a session and a connection of its own, requests take effect exactly once";
  }

  @Override
  public Writer connect(int client) throws IOException, InterruptedException {
    NodeId entry = new NodeId(1 + client % NODES);
    Volvox volvox =
        Volvox.connect(
            ClusterAddress.ofFolder(cluster.folder()), ClientOptions.DEFAULT.through(entry));
    String path = "/bench-" + client;
    volvox.files().put(value, path, Progress.NONE);
    return new Writer() {
      @Override
      public void write() throws IOException, InterruptedException {
        volvox.files().put(value, path, Progress.NONE);
      }

      @Override
      public void close() {
        volvox.close();
      }
    };
  }

  @Override
  public void close() {
    cluster.close();
  }
}
