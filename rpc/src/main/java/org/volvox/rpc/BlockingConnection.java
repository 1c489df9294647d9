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
    return Pending.here();
  }

  /** Connects by TLS 1.3; the other end must be a node of this cluster. */
  public static BlockingConnection connectTls(
      InetSocketAddress address, TlsMaterial tls, LocalEnd self, Duration timeout)
      throws CallException {
    return Pending.here();
  }

  /** The node at the other end; its id is known once it said hello, which this waits for. */
  public Peer peer() throws CallException, InterruptedException {
    return Pending.here();
  }

  public OutboundCall open(Method method, Duration timeout) throws CallException {
    return Pending.here();
  }

  /** Opens a call without a deadline. */
  public OutboundCall open(Method method) throws CallException {
    return Pending.here();
  }

  /** False once the connection broke or was closed; make a new one then. */
  public boolean isOpen() {
    return Pending.here();
  }

  @Override
  public void close() {}
}
