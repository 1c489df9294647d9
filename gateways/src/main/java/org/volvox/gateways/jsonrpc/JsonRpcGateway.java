package org.volvox.gateways.jsonrpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import jdk.net.ExtendedSocketOptions;
import org.volvox.gateways.ServiceCalls;
import org.volvox.rpc.SecuredSocket;

/**
 * Listens for JSON-RPC 1.0 over TLS with certificates at both ends. Until somebody connects it
 * costs a socket and a virtual thread.
 */
public final class JsonRpcGateway implements AutoCloseable {
  /** The port on each node's own address. */
  public static final int NODE_PORT = 7690;

  static final int CONNECTIONS_MAX = 128;

  private static final Logger LOG = Logger.getLogger(JsonRpcGateway.class.getName());
  private static final Duration AGAIN_AFTER = Duration.ofMillis(200);
  private static final Duration LOOK_EACH = Duration.ofSeconds(5);
  private static final Duration STALLED_MAX = Duration.ofSeconds(30);

  /** Seconds without a word before the kernel asks whether the other end is still there. */
  private static final int KEEP_ALIVE_SECONDS = 15;

  private static final int KEEP_ALIVE_PROBES = 3;

  private final ServerSocket server;
  private final Securing securing;
  private final Answers answers;
  private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
  private final Set<JsonRpcConnection> connections = ConcurrentHashMap.newKeySet();
  private boolean isWatched;
  private volatile boolean isClosed;

  /** Makes a connection that came in a secure one, or throws. */
  public interface Securing {
    SecuredSocket secure(Socket accepted) throws IOException, CertificateException;
  }

  private JsonRpcGateway(ServerSocket server, Securing securing, ServiceCalls calls) {
    this.server = server;
    this.securing = securing;
    this.answers = new Answers(calls);
  }

  /**
   * Listens from now on.
   *
   * @throws IOException if it cannot; the message names the address and the reason
   */
  public static JsonRpcGateway start(InetSocketAddress at, Securing securing, ServiceCalls calls)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.bind(at, CONNECTIONS_MAX);
    } catch (IOException e) {
      server.close();
      throw new IOException(shown(at) + ": " + e.getMessage(), e);
    }
    JsonRpcGateway gateway = new JsonRpcGateway(server, securing, calls);
    Thread.ofVirtual().name("json-rpc").start(gateway::acceptAll);
    return gateway;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  private static String shown(InetSocketAddress at) {
    return at.getAddress().getHostAddress() + ":" + at.getPort();
  }

  private void acceptAll() {
    while (!isClosed) {
      try {
        Socket socket = server.accept();
        if (room.tryAcquire()) {
          watch();
          Thread.ofVirtual().name("json-rpc connection").start(() -> serve(socket));
        } else {
          socket.close();
        }
      } catch (IOException e) {
        if (!isClosed) { // Such as too many open files, which does not go away at once.
          LOG.log(Level.WARNING, "JSON-RPC: {0}", e.getMessage());
          LockSupport.parkNanos(AGAIN_AFTER.toNanos());
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      keepAlive(socket);
      JsonRpcConnection connection =
          new JsonRpcConnection(socket, securing.secure(socket), answers);
      connections.add(connection);
      try {
        if (!isClosed) {
          connection.serve();
        }
      } finally {
        connections.remove(connection);
      }
    } catch (IOException | CertificateException e) {
      LOG.log(Level.FINE, "refused {0}: {1}", new Object[] {socket, e.getMessage()});
    } finally {
      room.release();
    }
  }

  /** A machine that is gone without a word is noticed within a minute. */
  private static void keepAlive(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
    }
  }

  private synchronized void watch() {
    if (!isWatched) {
      isWatched = true;
      Thread.ofVirtual().name("json-rpc watch").start(this::endStalled);
    }
  }

  private void endStalled() {
    while (!isClosed) {
      LockSupport.parkNanos(LOOK_EACH.toNanos());
      connections.forEach(each -> each.endIfStalled(STALLED_MAX));
    }
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    server.close();
    connections.forEach(JsonRpcConnection::close);
  }
}
