package org.volvox.verify.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Version;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.volvox.verify.bench.peer.ZooKeeperMember;
import org.volvox.verify.process.LocalCluster;

/** The peer ZooKeeper, with the settings of its sample configuration. */
final class ZooKeeperSystem implements RaceSystem {
  static final String NAME = "zookeeper";
  private static final int NODES = 3;
  private static final int CLIENT_PORT = 2181;
  private static final int SESSION_MILLIS = 30_000;
  private static final Duration START = Duration.ofSeconds(30);

  /** The pages of the server are none of the race, and the port is taken three times. */
  private static final List<String> OPTIONS =
      List.of("-Dzookeeper.admin.enableServer=false", "-Dzookeeper.jmx.log4j.disable=true");

  private final Servers members = new Servers();
  private final List<ZooKeeper> sessions = new ArrayList<>();

  ZooKeeperSystem(Path folder) throws IOException {
    LocalCluster.delete(folder);
    for (int node = 1; node <= NODES; node++) {
      Path data = Files.createDirectories(folder.resolve("m" + node));
      Files.writeString(data.resolve("myid"), node + "\n");
      Path config = folder.resolve("m" + node + ".cfg");
      Files.writeString(config, config(data, node));
      Path log = folder.resolve("m" + node + ".log");
      members.startJava(log, OPTIONS, ZooKeeperMember.class, config.toString());
    }
    RaceSystems.ready(
        this,
        START,
        () -> {
          for (int node = 1; node <= NODES; node++) {
            if (!isServing(node)) return false;
          }
          return true;
        });
  }

  /** Asks without a session: a client that comes too early complains loudly. */
  private static boolean isServing(int node) throws IOException {
    try (Socket socket = new Socket(host(node), CLIENT_PORT)) {
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.contains("Mode: ");
    }
  }

  private static String host(int node) {
    return "127.92.0." + node;
  }

  private static String config(Path data, int node) {
    StringBuilder text = new StringBuilder("tickTime=2000\ninitLimit=10\nsyncLimit=5\n");
    text.append("dataDir=").append(data).append("\nclientPort=").append(CLIENT_PORT);
    text.append("\nclientPortAddress=").append(host(node)).append('\n');
    for (int other = 1; other <= NODES; other++) {
      text.append("server.").append(other).append('=').append(host(other)).append(":2888:3888\n");
    }
    return text.toString();
  }

  private ZooKeeper session(int node) throws IOException {
    while (sessions.size() <= node) {
      ZKClientConfig config = new ZKClientConfig();
      config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
      String address = host(1 + sessions.size()) + ":" + CLIENT_PORT;
      sessions.add(new ZooKeeper(address, SESSION_MILLIS, event -> {}, config));
    }
    return sessions.get(node);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String conditions() {
    return "ZooKeeper "
        + Version.getVersion()
        + " (of February 2026): 3 servers, the sample configuration (forceSync on, snapshots at their defaults),"
        + " no admin server; a write is setData; a read is sync and getData, sent together in one session:"
        + " sync alone waits for no quorum, so this is a little less than linearizable; no TLS, no"
        + " authentication; three sessions, one to each server; "
        + Servers.JVM_TEXT;
  }

  @Override
  public List<Long> servers() {
    return members.pids();
  }

  @Override
  public Client connect(int number, byte[] value) throws IOException, InterruptedException {
    ZooKeeper session = session(number % NODES);
    String path = "/bench-" + value.length + "-" + number;
    try {
      session.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException e) {
      throw new IOException(NAME + ": " + e, e);
    }
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        session.setData(
            path,
            value,
            -1,
            (code, of, context, stat) -> complete(done, code, of, value.length),
            null);
        var _ = Answers.await(NAME, done);
      }

      @Override
      public void read() throws IOException, InterruptedException {
        CompletableFuture<Integer> synced = new CompletableFuture<>();
        CompletableFuture<Integer> done = new CompletableFuture<>();
        session.sync(path, (code, of, context) -> complete(synced, code, of, 0), null);
        session.getData(
            path,
            false,
            (code, of, context, data, stat) ->
                complete(done, code, of, data == null ? 0 : data.length),
            null);
        var _ = Answers.await(NAME, synced);
        RaceSystem.requireLength(Answers.await(NAME, done), value.length);
      }
    };
  }

  private static void complete(
      CompletableFuture<Integer> answer, int code, String path, int length) {
    KeeperException.Code known = KeeperException.Code.get(code);
    if (known == KeeperException.Code.OK) answer.complete(length);
    else answer.completeExceptionally(KeeperException.create(known, path));
  }

  @Override
  public void close() {
    for (ZooKeeper session : sessions) {
      try {
        session.close(SESSION_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    members.close();
  }
}
