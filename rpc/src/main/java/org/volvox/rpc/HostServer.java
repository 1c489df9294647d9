package org.volvox.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.volvox.base.Bytes;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionInput;

/**
 * Serves the calls of other programs in a program that is no node: TLS 1.3 on a TCP address, plain
 * on a Unix socket where the peer's user must be this process's or root. On blocking sockets, so
 * that a client needs no Netty; two threads of the platform for each connection.
 */
public final class HostServer implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 512;
  private static final int BACKLOG = 128;
  private static final Duration AGAIN_AFTER = Duration.ofMillis(200);
  private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(10);

  /** Whose calls are served, and by whom. */
  public interface Handler {
    /**
     * A call and its first message, on the connection's thread: must not block; what takes time
     * goes on in another thread. Whoever throws fails the call.
     */
    void onRequest(InboundCall call, Bytes request);
  }

  /**
   * What a server needs to know.
   *
   * @param listen the TCP address; port 0 takes a free one
   * @param unixSocket where the socket's file is made (0600)
   */
  public record Config(
      LocalEnd self,
      TlsMaterial tls,
      InetSocketAddress listen,
      Optional<Path> unixSocket,
      Handler handler) {}

  private final Config config;
  private final ServerSocketChannel tcp;
  private final Optional<ServerSocketChannel> unix;
  private final Set<HostConnection> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private volatile boolean isClosed;

  private HostServer(Config config) throws IOException {
    this.config = config;
    this.tcp = ServerSocketChannel.open();
    try {
      tcp.bind(config.listen, BACKLOG);
      unix = config.unixSocket.isEmpty() ? Optional.empty() : Optional.of(listenUnix());
    } catch (IOException failed) {
      tcp.close();
      throw failed;
    }
  }

  /**
   * Listens, or fails with a message that says why.
   *
   * @throws IOException if an address is taken or not this machine's
   */
  public static HostServer start(Config config) throws IOException {
    HostServer server = new HostServer(config);
    Thread.ofVirtual().name("host-accept").start(server::acceptTcp);
    server.unix.ifPresent(
        from -> Thread.ofVirtual().name("host-accept-unix").start(() -> server.acceptUnix(from)));
    return server;
  }

  private ServerSocketChannel listenUnix() throws IOException {
    Path path = config.unixSocket.orElseThrow();
    UnixPaths.check(path);
    Files.deleteIfExists(path);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      return channel;
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  private void acceptTcp() {
    while (!isClosed) {
      try {
        SocketChannel channel = tcp.accept();
        if (room.tryAcquire()) {
          Thread.ofVirtual().name("host-handshake").start(() -> secure(channel));
        } else {
          channel.close();
        }
      } catch (IOException failed) {
        pause(); // One connection that did not come to be; when the server is closed, the last.
      }
    }
  }

  private void secure(SocketChannel channel) {
    try {
      String from = String.valueOf(channel.getRemoteAddress());
      TlsPort port = TlsPort.accept(channel, config.tls, HANDSHAKE_MAX);
      serve(port, new Peer(port.identity(), 0, from));
    } catch (IOException | CertificateException refused) {
      room.release();
    }
  }

  private void acceptUnix(ServerSocketChannel from) {
    while (!isClosed) {
      try {
        SocketChannel channel = from.accept();
        ChannelPort port = ChannelPort.of(channel);
        if (room.tryAcquire()) {
          serveUnix(port);
        } else {
          port.close();
        }
      } catch (IOException failed) {
        pause();
      }
    }
  }

  /** What keeps one from accepting, such as too many open files, does not go away at once. */
  private void pause() {
    if (!isClosed) {
      LockSupport.parkNanos(AGAIN_AFTER.toNanos());
    }
  }

  private void serveUnix(ChannelPort port) {
    try {
      serve(port, new Peer(UnixPort.user(port), 0, "the local socket"));
    } catch (IOException refused) {
      room.release();
      port.closeQuietly();
    }
  }

  private void serve(SocketPort port, Peer peer) {
    HostConnection connection = new HostConnection(this, port, peer);
    connections.add(connection);
    connection.start();
    if (isClosed) {
      connection.closeSoon();
    }
  }

  Config config() {
    return config;
  }

  /** From a connection that is over. */
  void onGone(HostConnection connection) {
    if (connections.remove(connection)) {
      room.release();
    }
    onIdle();
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

  /** The TCP address; the port is the real one. */
  public InetSocketAddress address() {
    ServerSocket socket = tcp.socket();
    return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
  }

  /** The socket's file, if there is one. */
  public Optional<Path> unixSocket() {
    return config.unixSocket;
  }

  /** The connections open now. */
  public int connections() {
    return connections.size();
  }

  /** The calls open now. */
  public int openCalls() {
    return connections.stream().mapToInt(HostConnection::openCalls).sum();
  }

  /** Refuses new calls from now on, waits for the open ones at most so long, then closes. */
  public void drain(Duration patience) throws InterruptedException {
    connections.forEach(each -> each.submit(new ConnectionInput.Drain(Monotonic.now())));
    long end = System.nanoTime() + patience.toNanos();
    lock.lockInterruptibly();
    try {
      long left = end - System.nanoTime();
      while (left > 0 && openCalls() > 0) {
        left = idle.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    close();
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      tcp.close();
      if (unix.isPresent()) {
        unix.get().close();
        Files.deleteIfExists(config.unixSocket.orElseThrow());
      }
    } catch (IOException ignored) {
      // What is left of it goes with the process.
    }
    List<HostConnection> open = new ArrayList<>(connections);
    open.forEach(each ->
        each.submit(
            new ConnectionInput.Shut(
                CallStatus.GOING_AWAY, "the program ended its services", Monotonic.now())));
    open.forEach(HostConnection::closeSoon);
  }
}
