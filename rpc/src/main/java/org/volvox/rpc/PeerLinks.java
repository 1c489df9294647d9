package org.volvox.rpc;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
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
  /** What the links need to know; the listener is the server's too. */
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

  /** How long a call without a deadline waits for a connection. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final List<Lane> LANES = List.of(Lane.CONSENSUS, Lane.CALLS, Lane.DATA);

  private final Map<NodeId, Map<Lane, PeerLink>> links = new TreeMap<>();
  private final AtomicLong droppedMessages = new AtomicLong();

  private PeerLinks(NettyTransport transport, Config config) {
    for (NodeId peer : config.peers.keySet()) {
      Map<Lane, PeerLink> lanes = new EnumMap<>(Lane.class);
      for (Lane lane : LANES) {
        lanes.put(lane, new PeerLink(peer, lane, transport, config, droppedMessages));
      }
      links.put(peer, lanes);
    }
  }

  /** Starts to dial all lanes to all peers; returns at once. */
  public static PeerLinks start(NettyTransport transport, Config config) {
    PeerLinks made = new PeerLinks(transport, config);
    made.links.values().forEach(lanes -> lanes.values().forEach(PeerLink::start));
    return made;
  }

  private PeerLink link(NodeId peer, Lane lane) {
    PeerLink link = links.getOrDefault(peer, Map.of()).get(lane);
    if (link == null) {
      throw new IllegalArgumentException("no " + lane + " lane to " + peer);
    }
    return link;
  }

  /** Whether this lane's connection to the peer is up, as far as is known. */
  public boolean isUp(NodeId peer, Lane lane) {
    return link(peer, lane).isUp();
  }

  /**
   * Sends a one-way message on the consensus lane, never blocking. It may be lost: while there is
   * no connection all but the newest few are dropped, and of a full queue the oldest.
   */
  public void sendMessage(NodeId peer, Bytes message) {
    link(peer, Lane.CONSENSUS).sendMessage(message);
  }

  /** One-way messages dropped so far because a queue was full or a link down. */
  public long droppedMessages() {
    return droppedMessages.get();
  }

  /**
   * Opens a call; waits for a connection that is being made, but no longer than the timeout. Lane
   * CALLS or DATA.
   *
   * @throws CallException in phase connect, tls or hello if there is none
   */
  public OutboundCall open(NodeId peer, Lane lane, Method method, Duration timeout)
      throws CallException, InterruptedException {
    return link(peer, lane).open(method, Optional.of(Monotonic.in(timeout)), timeout);
  }

  /** As {@link #open(NodeId, Lane, Method, Duration)} for a call without a deadline of its own. */
  public OutboundCall open(NodeId peer, Lane lane, Method method)
      throws CallException, InterruptedException {
    return link(peer, lane).open(method, Optional.empty(), PATIENCE);
  }

  /**
   * One request, one answer, without a thread waiting. Fails with a {@link CallException}; at once
   * if there is no connection.
   */
  public CompletableFuture<Bytes> ask(
      NodeId peer, Lane lane, Method method, Bytes request, Duration timeout) {
    PeerLink link = link(peer, lane);
    Optional<CallShell> shell = link.current();
    if (shell.isEmpty()) {
      return CompletableFuture.failedFuture(link.notConnected());
    }
    ShellCall call = shell.get().open(method, Optional.of(Monotonic.in(timeout)));
    return Asking.ask(call, request);
  }

  /** Closes all connections; calls on them fail. */
  @Override
  public void close() {
    links.values().forEach(lanes -> lanes.values().forEach(PeerLink::close));
  }
}
