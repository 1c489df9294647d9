package org.volvox.verify.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileLimits;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;

/** Ours: each write replaces a file; a small one is one command in the log. */
final class VolvoxSystem implements RaceSystem {
  static final String NAME = "volvox";

  /** The same with Apache Ratis for the log (ADR 14). */
  static final String ON_RATIS = "volvox-ratis";

  private static final int NODES = 3;

  private final String name;
  private final LocalCluster cluster;
  private final Path folder;
  private final Atexit atexit;
  private final NodeId first;
  private final List<Long> servers = new ArrayList<>();
  private final List<Volvox> connections = new ArrayList<>();

  private VolvoxSystem(String name, Path folder, List<String> options) throws IOException {
    this.name = name;
    this.folder = folder;
    cluster = new LocalCluster(folder.resolve("cluster"), List.of(), options);
    atexit = new Atexit(cluster::close);
    var local = org.volvox.cli.cluster.LocalCluster.open(cluster.folder());
    first = local.nodes().getFirst();
    for (NodeId node : local.nodes()) {
      local.process(node).ifPresent(handle -> servers.add(handle.pid()));
    }
  }

  static VolvoxSystem open(Path folder) throws IOException {
    return new VolvoxSystem(NAME, folder, List.of());
  }

  static VolvoxSystem onRatis(Path folder) throws IOException {
    return new VolvoxSystem(ON_RATIS, folder, List.of("--engine", "ratis"));
  }

  /** Where the cluster keeps what it stores. */
  Path data() {
    return cluster.folder();
  }

  /** One of its nodes, always the same. */
  NodeId node() {
    return first;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String conditions() {
    if (name.equals(ON_RATIS)) {
      return ON_RATIS + ": the same kernel, store, connections and clients on Apache Ratis' log";
    }
    return "volvox 0.1: 3 nodes, a write replaces a file that is kept inline in the log (above 16 KiB: in"
        + " blocks beside it); synced on a quorum before the answer; a read gives the file's row and bytes"
        + " by a read index of the leader; TLS 1.3 between nodes, clients by Unix socket, checked by uid;"
        + " three clients, each with a connection to the leader, once it knows that; each write takes effect"
        + " exactly once";
  }

  @Override
  public List<Long> servers() {
    return servers;
  }

  @Override
  public Client connect(int number, byte[] value) throws IOException, InterruptedException {
    Volvox volvox = connection(number);
    String path = "/bench-" + value.length + "-" + number;
    Load.Operation write = write(volvox, path, value);
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        write.run();
      }

      @Override
      public void read() throws IOException, InterruptedException {
        CountingSink sink = new CountingSink();
        var _ = volvox.files().copy(path, sink, Progress.NONE);
        RaceSystem.requireLength(sink.count, value.length);
      }
    };
  }

  /** One of three connections, by the number of the client that asks for it. */
  Volvox connection(int number) throws IOException {
    if (connections.size() < NODES) {
      connections.add(Volvox.connect(cluster.folder()));
    }
    return connections.get(number % NODES % connections.size());
  }

  private Load.Operation write(Volvox volvox, String path, byte[] value) throws IOException {
    if (value.length <= FileLimits.INLINE_BYTES_MAX) {
      Bytes bytes = Bytes.wrap(value);
      return () -> volvox.files().write(path, bytes);
    }
    // What is bigger is stored from a file, as a user would; the page cache holds it.
    Path local = folder.resolve("value-" + value.length);
    if (!Files.exists(local)) Files.write(local, value);
    return () -> volvox.files().put(local, path, Progress.NONE);
  }

  @Override
  public void close() {
    for (Volvox connection : connections) connection.close();
    cluster.close();
    atexit.close();
  }

  /** Takes what is read and keeps its length. */
  private static final class CountingSink extends OutputStream {
    private int count;

    @Override
    public void write(int octet) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      count += length;
    }
  }
}
