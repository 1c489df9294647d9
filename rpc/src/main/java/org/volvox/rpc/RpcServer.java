package org.volvox.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.calls.Method;

/**
 * Accepts the connections of nodes and clients: TLS 1.3 on a TCP address, and plain on a Unix
 * socket where the peer's uid must be this process's or root's. Serves calls by a {@link
 * CallHandler}.
 */
public final class RpcServer implements AutoCloseable {
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
      LinkPolicy links) {}

  private RpcServer() {}

  /**
   * Listens, or fails with a message that names the address or path and says why (in use, not
   * local, socket path longer than 107 bytes).
   */
  public static RpcServer start(NettyTransport transport, Config config) throws IOException {
    return java.util.Optional.<RpcServer>empty().orElseThrow();
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    return java.util.Optional.<InetSocketAddress>empty().orElseThrow();
  }

  /** Refuses new calls from now on, waits for the open ones at most so long, then closes. */
  public void drain(Duration patience) throws InterruptedException {}

  @Override
  public void close() {}
}
