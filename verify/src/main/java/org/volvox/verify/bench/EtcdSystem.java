package org.volvox.verify.bench;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/** The peer: Debian's etcd, unpacked from its package and reached through jetcd. */
final class EtcdSystem implements WriteSystem {
  private static final int NODES = 3;
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration FETCH = Duration.ofMinutes(3);
  private static final long ANSWER_SECONDS = 30;

  private final List<Process> members = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final List<Client> channels = new ArrayList<>();
  private final ByteSequence value;
  private final String version;

  EtcdSystem(Path folder, Path peers, byte[] bytes) throws IOException, InterruptedException {
    value = ByteSequence.from(bytes);
    Path program = unpacked(peers);
    version = version(program);
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    for (int node = 1; node <= NODES; node++) {
      List<String> line = memberLine(program, folder, node, EtcdSystem::loopback);
      members.add(Programs.start(line, folder.resolve("m" + node + ".log")));
    }
    Writer probe = connect(0);
    Waits.until(START, () -> answers(probe), () -> "etcd does not answer; see " + folder);
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
        "--log-level=error");
  }

  private static boolean answers(Writer probe) {
    try {
      probe.write();
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public String conditions() {
    return version
        + " (Debian's package; released 2023): 3 members, default settings, fsync on; no TLS anywhere,"
        + " no client sessions; three jetcd channels, one to each member";
  }

  @Override
  public Writer connect(int number) {
    if (channels.size() < NODES) {
      String url = clientUrl(loopback(1 + channels.size()));
      channels.add(Client.builder().endpoints(url).vertx(vertx).build());
    }
    Client client = channels.get(number % NODES % channels.size());
    ByteSequence key = ByteSequence.from("bench-" + number, StandardCharsets.UTF_8);
    return () -> {
      try {
        var _ = client.getKVClient().put(key, value).get(ANSWER_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("etcd: " + e, e);
      }
    };
  }

  @Override
  public void close() {
    for (Process member : members) member.destroyForcibly();
    vertx.close().await(); // With it end the channels.
  }
}
