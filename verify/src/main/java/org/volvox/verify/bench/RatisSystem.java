package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;
import org.volvox.verify.bench.peer.Entry;
import org.volvox.verify.bench.peer.RatisMember;
import org.volvox.verify.process.LocalCluster;

/** The peer Ratis, over gRPC, with a map in memory as its state machine. */
final class RatisSystem implements RaceSystem {
  static final String NAME = "ratis";
  private static final List<String> ADDRESSES =
      List.of("127.93.0.1:6100", "127.93.0.2:6100", "127.93.0.3:6100");
  private static final Duration START = Duration.ofSeconds(30);
  private static final byte[] PROBE = {1};

  /** The default of 100 would hold back the third part of 512 clients at each connection. */
  private static final int OUTSTANDING_MAX = 1024;

  /** As long as the others wait for an answer; its default is for ever, even when it is closed. */
  private static final RetryPolicy RETRIES =
      RetryPolicies.retryUpToMaximumCountWithFixedSleep(
          300, TimeDuration.valueOf(100, TimeUnit.MILLISECONDS));

  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger GRPC = Logger.getLogger("org.apache.ratis.thirdparty.io.grpc");

  private final Servers members = new Servers();
  private final List<RaftClient> clients = new ArrayList<>();

  RatisSystem(Path folder) throws IOException {
    GRPC.setLevel(Level.WARNING);
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    for (int number = 1; number <= ADDRESSES.size(); number++) {
      List<String> arguments = new ArrayList<>();
      arguments.add(Integer.toString(number));
      arguments.add(folder.resolve("m" + number).toString());
      arguments.addAll(ADDRESSES);
      members.startJava(
          folder.resolve("m" + number + ".log"),
          List.of(),
          RatisMember.class,
          arguments.toArray(String[]::new));
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

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String conditions() {
    return "Ratis 3.3.0 (of June 2026): 3 servers over gRPC, log synced as it ships, no snapshot (its default);"
        + " its state machine is a map in memory that checks and keeps nothing else, which favours it; reads by"
        + " its option LINEARIZABLE with its default check of the leadership by heartbeats; no TLS, no"
        + " authentication; three clients whose requests all go to the leader, which saves them the way"
        + " through another node; each may have "
        + OUTSTANDING_MAX
        + " requests under way instead of 100; "
        + Servers.JVM_TEXT;
  }

  @Override
  public List<Long> servers() {
    return members.pids();
  }

  private RaftClient client(int number) {
    while (clients.size() < ADDRESSES.size()) {
      RaftProperties properties = new RaftProperties();
      RaftClientConfigKeys.Async.setOutstandingRequestsMax(properties, OUTSTANDING_MAX);
      clients.add(
          RaftClient.newBuilder()
              .setProperties(properties)
              .setRetryPolicy(RETRIES)
              .setRaftGroup(RatisMember.group(ADDRESSES))
              .build());
    }
    return clients.get(number % clients.size());
  }

  @Override
  public Client connect(int number, byte[] value) {
    RaftClient client = client(number);
    long key = Entry.key(number, value.length);
    Message write = message(Entry.write(key, value));
    Message read = message(Entry.read(key));
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        var _ = answer(client.async().send(write));
      }

      @Override
      public void read() throws IOException, InterruptedException {
        RaceSystem.requireLength(answer(client.async().sendReadOnly(read)), value.length);
      }
    };
  }

  private static Message message(byte[] bytes) {
    return Message.valueOf(ByteString.copyFrom(bytes));
  }

  /** The length of the answer's content. */
  private static int answer(CompletableFuture<RaftClientReply> asked)
      throws IOException, InterruptedException {
    RaftClientReply reply = Answers.await(NAME, asked);
    if (!reply.isSuccess()) throw new IOException(NAME + ": " + reply.getException());
    return reply.getMessage().getContent().size();
  }

  @Override
  public void close() {
    for (RaftClient client : clients) {
      try {
        client.close();
      } catch (IOException _) {
        // It is done with, and its servers end next.
      }
    }
    members.close();
  }
}
