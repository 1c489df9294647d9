package org.volvox.rpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.NodeId;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Connection;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/**
 * Accepts the connections of nodes and clients: TLS 1.3 on a TCP address, and plain on a Unix
 * socket where the peer's uid must be this process's or root's. Serves calls by a {@link
 * CallHandler}.
 */
public final class RpcServer implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 2048;
  private static final int HANDSHAKE_MILLIS_MAX = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);
  private static final int BACKLOG = 256;

  /**
   * What a server needs to know.
   *
   * @param listen the TCP address; port 0 takes a free one
   * @param unixSocket where the socket file is made (0600; a stale one is replaced)
   * @param shortMethods methods whose handler runs on the event loop and never blocks
   * @param peers hears one-way messages and resets of other nodes' connections
   */
  public record Config(
      LocalEnd self,
      TlsMaterial tls,
      InetSocketAddress listen,
      Optional<Path> unixSocket,
      List<Method> shortMethods,
      CallHandler handler,
      PeerListener peers,
      LinkPolicy links) {
    public Config {
      shortMethods = List.copyOf(shortMethods);
    }
  }

  private final NettyTransport transport;
  private final Config config;
  private final Set<Method> shortMethods = EnumSet.noneOf(Method.class);
  private final List<Channel> listening = new ArrayList<>();
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<NodeId, Long> incarnations = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  private RpcServer(NettyTransport transport, Config config) {
    this.transport = transport;
    this.config = config;
    shortMethods.addAll(config.shortMethods);
  }

  /**
   * Listens, or fails with a message that names the address or path and says why (in use, not
   * local, socket path longer than 107 bytes).
   */
  public static RpcServer start(NettyTransport transport, Config config) throws IOException {
    RpcServer server = new RpcServer(transport, config);
    try {
      server.listenTcp();
      if (config.unixSocket.isPresent()) {
        server.listenUnix(config.unixSocket.get());
      }
      return server;
    } catch (IOException failed) {
      server.close();
      throw failed;
    }
  }

  private void listenTcp() throws IOException {
    ServerBootstrap bootstrap =
        bootstrap(transport.tcpServer(), initializer(true))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true);
    bind(bootstrap, config.listen, config.listen.toString().replaceFirst("^.*/", ""));
  }

  private void listenUnix(Path path) throws IOException {
    UnixPaths.check(path);
    Files.deleteIfExists(path);
    SocketAddress address =
        transport.isEpoll()
            ? new DomainSocketAddress(path.toFile())
            : UnixDomainSocketAddress.of(path);
    bind(bootstrap(transport.unixServer(), initializer(false)), address, path.toString());
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  private ServerBootstrap bootstrap(
      Class<? extends ServerChannel> type, ChannelHandler initializer) {
    return new ServerBootstrap()
        .group(transport.loops())
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childHandler(initializer);
  }

  private void bind(ServerBootstrap bootstrap, SocketAddress address, String shown)
      throws IOException {
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      throw new IOException("cannot listen on " + shown + ": " + Failures.text(failure), failure);
    }
    listening.add(bound.channel());
  }

  private ChannelInitializer<Channel> initializer(boolean isTls) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        accept(channel, isTls);
      }
    };
  }

  private void accept(Channel channel, boolean isTls) {
    if (connections.size() >= CONNECTIONS_MAX) {
      var _ = channel.close();
      return;
    }
    if (isTls) {
      SslHandler tls = new SslHandler(config.tls.serverEngine());
      tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
      channel.pipeline().addLast(tls);
    }
    ServerConnection connection = new ServerConnection(this, isTls);
    // What the dialer wants it says in its hello; a server's own lane means nothing.
    Connection.Config core =
        new Connection.Config(false, Lane.CALLS, config.self.cluster(), ConnectionLimits.PEER);
    FrameHandler handler =
        new FrameHandler(new FrameHandler.Setup(core, config.self, config.links, connection));
    connections.add(connection);
    channel.closeFuture().addListener(closed -> connections.remove(connection));
    connection.setChannel(channel);
    channel.pipeline().addLast(handler);
  }

  Config config() {
    return config;
  }

  NettyTransport transport() {
    return transport;
  }

  boolean isShort(Method method) {
    return shortMethods.contains(method);
  }

  /** Whether a newer process of the node has been here; else this one is the newest. */
  boolean isOutdated(NodeId node, long incarnation) {
    return incarnations.merge(node, incarnation, Math::max) > incarnation;
  }

  /** From a connection on which the last call ended. */
  void onIdle() {
    lock.lock();
    try {
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    if (listening.getFirst().localAddress() instanceof InetSocketAddress address) {
      return address;
    }
    throw new IllegalStateException("closed");
  }

  /** The connections open now. */
  public int connections() {
    return connections.size();
  }

  /** Refuses new calls from now on, waits for the open ones at most so long, then closes. */
  public void drain(Duration patience) throws InterruptedException {
    listening.forEach(channel -> channel.close().awaitUninterruptibly());
    connections.forEach(
        connection -> connection.submit(new ConnectionInput.Drain(Monotonic.now())));
    long end = System.nanoTime() + patience.toNanos();
    lock.lockInterruptibly();
    try {
      long left = end - System.nanoTime();
      while (left > 0 && connections.stream().anyMatch(c -> c.openCalls() > 0)) {
        left = idle.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    close();
  }

  @Override
  public void close() {
    try {
      listening.forEach(channel -> channel.close().awaitUninterruptibly());
      for (ServerConnection connection : connections) {
        connection.submit(
            new ConnectionInput.Shut(
                CallStatus.UNAVAILABLE, "the node is shutting down", Monotonic.now()));
        connection.closeSoon();
      }
    } catch (RejectedExecutionException over) {
      LOG.debug("the event loops went first, and all connections with them", over);
    }
    config.unixSocket.ifPresent(path -> path.toFile().delete());
  }
}
