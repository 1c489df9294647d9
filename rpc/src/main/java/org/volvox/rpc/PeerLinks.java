package org.volvox.rpc;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/**
 * A node's own connections to the other nodes: three for each (consensus, calls, data), made again
 * with jitter for as long as it lives. Each node dials the three over which it sends and calls;
 * what others send and call comes over theirs, into {@link RpcServer}.
 */
public final class PeerLinks implements AutoCloseable {
  public record Config(
      LocalEnd self,
      TlsMaterial tls,
      Map<NodeId, InetSocketAddress> peers,
      PeerListener listener,
      LinkPolicy links) {
    public Config {
      peers = Map.copyOf(peers);
    }
  }

  private PeerLinks() {}

  public static PeerLinks start(NettyTransport transport, Config config) {
    return java.util.Optional.<PeerLinks>empty().orElseThrow();
  }

  /** Whether this lane's connection to the peer is up, as far as is known. */
  public boolean isUp(NodeId peer, Lane lane) {
    return java.util.Optional.<Boolean>empty().orElseThrow();
  }

  /**
   * Sends a one-way message on the consensus lane, never blocking. It may be lost: while there is
   * no connection all but the newest few are dropped, and of a full queue the oldest.
   */
  public void sendMessage(NodeId peer, Bytes message) {}

  /** One-way messages dropped so far because a queue was full or a link down. */
  public long droppedMessages() {
    return java.util.Optional.<Long>empty().orElseThrow();
  }

  /**
   * Opens a call; waits for a connection that is being made, but no longer than the timeout. Lane
   * CALLS or DATA.
   *
   * @throws CallException in phase connect, tls or hello if there is none
   */
  public OutboundCall open(NodeId peer, Lane lane, Method method, Duration timeout)
      throws CallException, InterruptedException {
    return java.util.Optional.<OutboundCall>empty().orElseThrow();
  }

  /** As {@link #open(NodeId, Lane, Method, Duration)} for a call without a deadline of its own. */
  public OutboundCall open(NodeId peer, Lane lane, Method method)
      throws CallException, InterruptedException {
    return java.util.Optional.<OutboundCall>empty().orElseThrow();
  }

  /**
   * One request, one answer, without a thread waiting. Fails with a {@link CallException}; at once
   * if there is no connection.
   */
  public CompletableFuture<Bytes> ask(
      NodeId peer, Lane lane, Method method, Bytes request, Duration timeout) {
    return java.util.Optional.<CompletableFuture<Bytes>>empty().orElseThrow();
  }

  @Override
  public void close() {}
}
