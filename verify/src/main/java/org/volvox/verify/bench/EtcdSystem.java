package org.volvox.verify.bench;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;

/** The peer: Debian's etcd, unpacked from its package and reached through jetcd. */
final class EtcdSystem implements RaceSystem {
  static final String NAME = "etcd";
  private static final int NODES = 3;
  private static final long QUOTA_BYTES = 8L << 30;
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration FETCH = Duration.ofMinutes(3);
  private static final byte[] PROBE = {1};

  private final Servers members = new Servers();
  private final Vertx vertx = Vertx.vertx();
  private final List<io.etcd.jetcd.Client> channels = new ArrayList<>();
  private final String version;

  EtcdSystem(Path folder, Path peers) throws IOException {
    Path program = unpacked(peers);
    version = version(program);
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    for (int node = 1; node <= NODES; node++) {
      members.start(
          folder.resolve("m" + node + ".log"),
          memberLine(program, folder, node, EtcdSystem::loopback));
    }
    Client probe = connect(0, PROBE);
    RaceSystems.ready(
        this,
        START,
        () -> {
          probe.write();
          return true;
        });
  }

  /** What the program says of itself. */
  static String version(Path program) {
    return Programs.run(START, List.of(program.toString(), "--version"))
        .text()
        .lines()
        .findFirst()
        .orElse("");
  }

  /** The program, fetched and unpacked if it is not there yet. */
  static Path unpacked(Path peers) throws IOException {
    Path program = peers.resolve("etcd/usr/bin/etcd");
    if (Files.isExecutable(program)) return program;
    Files.createDirectories(peers);
    String fetch =
        "cd '" + peers + "' && apt-get download etcd-server && dpkg -x etcd-server_*.deb etcd";
    Outcome fetched = Programs.run(FETCH, List.of("sh", "-c", fetch));
    return fetched.code() == 0 ? program : orFail(fetched);
  }

  private static Path orFail(Outcome fetched) {
    throw new IllegalStateException("cannot unpack Debian's etcd-server:\n" + fetched.text());
  }

  private static String loopback(int node) {
    return "127.91.0." + node;
  }

  /** Where clients reach a member. */
  static String clientUrl(String host) {
    return "http://" + host + ":2379";
  }

  private static String peerUrl(String host) {
    return "http://" + host + ":2380";
  }

  /** The command line of a member, counted from 1. */
  static List<String> memberLine(Path program, Path folder, int node, IntFunction<String> hosts) {
    List<String> cluster = new ArrayList<>();
    for (int other = 1; other <= NODES; other++) {
      cluster.add("m" + other + "=" + peerUrl(hosts.apply(other)));
    }
    String host = hosts.apply(node);
    return List.of(
        program.toString(),
        "--name=m" + node,
        "--data-dir=" + folder.resolve("m" + node),
        "--listen-client-urls=" + clientUrl(host),
        "--advertise-client-urls=" + clientUrl(host),
        "--listen-peer-urls=" + peerUrl(host),
        "--initial-advertise-peer-urls=" + peerUrl(host),
        "--initial-cluster=" + String.join(",", cluster),
        "--initial-cluster-state=new",
        // It keeps each revision, and takes no writes any more once they fill 2 GB.
        "--quota-backend-bytes=" + QUOTA_BYTES,
        "--log-level=error");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String conditions() {
    return version
        + " (Debian's package; released 2023): 3 members, default settings but for a quota of 8 GB instead of 2, fsync on; linearizable gets; no"
        + " TLS anywhere, no client sessions; three jetcd channels, one to each member";
  }

  @Override
  public List<Long> servers() {
    return members.pids();
  }

  @Override
  public Client connect(int number, byte[] bytes) {
    KV kv = channel(number).getKVClient();
    String name = "bench-" + bytes.length + "-" + number;
    ByteSequence key = ByteSequence.from(name, StandardCharsets.UTF_8);
    ByteSequence value = ByteSequence.from(bytes);
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        var _ = Answers.await(NAME, kv.put(key, value));
      }

      @Override
      public void read() throws IOException, InterruptedException {
        var found = Answers.await(NAME, kv.get(key)).getKvs();
        RaceSystem.requireLength(
            found.isEmpty() ? 0 : found.getFirst().getValue().size(), bytes.length);
      }
    };
  }

  /** One of three channels, by the number of the client that asks for it. */
  io.etcd.jetcd.Client channel(int number) {
    if (channels.size() < NODES) {
      String url = clientUrl(loopback(1 + channels.size()));
      channels.add(io.etcd.jetcd.Client.builder().endpoints(url).vertx(vertx).build());
    }
    return channels.get(number % NODES % channels.size());
  }

  @Override
  public void close() {
    members.close();
    vertx.close().await(); // With it end the channels.
  }
}
