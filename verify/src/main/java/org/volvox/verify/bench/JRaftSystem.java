package org.volvox.verify.bench;

import com.alipay.sofa.jraft.RouteTable;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.CliOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.impl.cli.CliClientServiceImpl;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.bench.peer.Entry;
import org.volvox.verify.bench.peer.JRaftMember;
import org.volvox.verify.bench.peer.JRaftMessage;
import org.volvox.verify.process.LocalCluster;

/** The peer SOFAJRaft, over Bolt, with a map in memory as its state machine. */
final class JRaftSystem implements RaceSystem {
  static final String NAME = "jraft";

  /** Ports of their own: Bolt listens at every address. */
  private static final List<String> ADDRESSES =
      List.of("127.94.0.1:8601", "127.94.0.2:8602", "127.94.0.3:8603");

  private static final Duration START = Duration.ofSeconds(30);
  private static final int ANSWER_MILLIS = 30_000;
  private static final byte[] PROBE = {1};

  private final Servers members = new Servers();
  private final CliClientServiceImpl asking = new CliClientServiceImpl();
  private final List<RpcClient> connections = new ArrayList<>();
  private volatile @Nullable Endpoint leader;

  JRaftSystem(Path folder) throws IOException {
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    String all = String.join(",", ADDRESSES);
    for (String address : ADDRESSES) {
      String name = "m" + (members.pids().size() + 1);
      members.startJava(
          folder.resolve(name + ".log"),
          JRaftMessage.PROPERTIES.entrySet().stream()
              .map(property -> "-D" + property.getKey() + "=" + property.getValue())
              .toList(),
          JRaftMember.class,
          address,
          folder.resolve(name).toString(),
          all);
    }
    JRaftMessage.PROPERTIES.forEach(System::setProperty);
    JRaftMessage.register();
    RouteTable.getInstance().updateConfiguration(JRaftMember.GROUP, all);
    if (!asking.init(new CliOptions())) throw new IOException(NAME + ": no client");
    Client probe = connect(0, PROBE);
    RaceSystems.ready(
        this,
        START,
        () -> {
          for (String address : ADDRESSES) RaceSystems.requireListening(address);
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
    return "SOFAJRaft 1.4.1 (of June 2026): 3 servers over Bolt, sync=true as it ships, its log in RocksDB, no"
        + " snapshot within a run (by default one an hour); its state machine is a map in memory that checks"
        + " and keeps nothing else, which favours it; reads by readIndex (ReadOnlySafe); no TLS, no"
        + " authentication; it has no client of its own, so requests go by its RpcClient as plain bytes; three"
        + " connections, all to the leader, which saves the way through another node; on this project's"
        + " RocksDB 10 and Netty 4.2 instead of the 8 and 4.1 that it names; "
        + Servers.JVM_TEXT;
  }

  @Override
  public List<Long> servers() {
    return members.pids();
  }

  private RpcClient connection(int number) throws IOException {
    RaftRpcFactory factory = RpcFactoryHelper.rpcFactory();
    while (connections.size() < ADDRESSES.size()) {
      CliOptions options = new CliOptions();
      RpcClient client = factory.createRpcClient(factory.defaultJRaftClientConfigHelper(options));
      if (!client.init(options)) throw new IOException(NAME + ": no client");
      connections.add(client);
    }
    return connections.get(number % connections.size());
  }

  @Override
  public Client connect(int number, byte[] value) throws IOException {
    RpcClient connection = connection(number);
    long key = Entry.key(number, value.length);
    JRaftMessage write = new JRaftMessage(Entry.write(key, value));
    JRaftMessage read = new JRaftMessage(Entry.read(key));
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        var _ = answer(connection, write);
      }

      @Override
      public void read() throws IOException, InterruptedException {
        RaceSystem.requireLength(answer(connection, read), value.length);
      }
    };
  }

  /** The length of the value in the answer. */
  private int answer(RpcClient connection, JRaftMessage request)
      throws IOException, InterruptedException {
    Answer answer = new Answer();
    try {
      connection.invokeAsync(leader(), request, answer, ANSWER_MILLIS);
      JRaftMessage message = Answers.await(NAME, answer.message);
      if (!message.isDone()) throw new IOException(NAME + ": " + message.failure());
      return message.valueLength();
    } catch (RemotingException e) {
      leader = null;
      throw new IOException(NAME + ": " + e, e);
    } catch (IOException e) {
      leader = null; // It may be another by now.
      throw e;
    }
  }

  private Endpoint leader() throws IOException, InterruptedException {
    Endpoint known = leader;
    if (known != null) return known;
    try {
      RouteTable table = RouteTable.getInstance();
      Status found = table.refreshLeader(asking, JRaftMember.GROUP, ANSWER_MILLIS);
      if (!found.isOk()) throw new IOException(NAME + ": " + found);
      Endpoint now = table.selectLeader(JRaftMember.GROUP).getEndpoint();
      leader = now;
      return now;
    } catch (TimeoutException e) {
      throw new IOException(NAME + ": no leader", e);
    }
  }

  @Override
  public void close() {
    for (RpcClient connection : connections) connection.shutdown();
    asking.shutdown();
    members.close();
  }

  /** Takes the answer where it arrives: another thread's turn would only cost. */
  private static final class Answer implements InvokeCallback {
    private final CompletableFuture<JRaftMessage> message = new CompletableFuture<>();

    @Override
    public void complete(@Nullable Object result, @Nullable Throwable failure) {
      if (result instanceof JRaftMessage answer) message.complete(answer);
      else message.completeExceptionally(failure == null ? new IOException("" + result) : failure);
    }

    @Override
    public Executor executor() {
      return Runnable::run;
    }
  }
}
