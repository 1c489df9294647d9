package org.volvox.rpc;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;

/**
 * A client's connection to one entry node, on a blocking socket: a Unix socket on the node's own
 * machine, else TLS. Many calls at a time from any threads. Loads neither Netty nor Bouncy Castle,
 * and TLS only for TCP.
 */
public final class BlockingConnection implements AutoCloseable {
  private BlockingConnection() {}

  /** Connects to a node's Unix socket. */
  public static BlockingConnection connectUnix(Path socket, LocalEnd self, Duration timeout)
      throws CallException {
    return java.util.Optional.<BlockingConnection>empty().orElseThrow();
  }

  /** Connects by TLS 1.3; the other end must be a node of this cluster. */
  public static BlockingConnection connectTls(
      InetSocketAddress address, TlsMaterial tls, LocalEnd self, Duration timeout)
      throws CallException {
    return java.util.Optional.<BlockingConnection>empty().orElseThrow();
  }

  /** The node at the other end; its id is known once it said hello, which this waits for. */
  public Peer peer() throws CallException, InterruptedException {
    return java.util.Optional.<Peer>empty().orElseThrow();
  }

  public OutboundCall open(Method method, Duration timeout) throws CallException {
    return java.util.Optional.<OutboundCall>empty().orElseThrow();
  }

  /** Opens a call without a deadline. */
  public OutboundCall open(Method method) throws CallException {
    return java.util.Optional.<OutboundCall>empty().orElseThrow();
  }

  /** False once the connection broke or was closed; make a new one then. */
  public boolean isOpen() {
    return java.util.Optional.<Boolean>empty().orElseThrow();
  }

  @Override
  public void close() {}
}
