package org.volvox.rpc;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/**
 * A node's own connections to the other nodes: three for each (consensus, calls, data), made again
 * with jitter for as long as the peer is one. Each node dials the three over which it sends and
 * calls; what others send and call comes over theirs, into {@link RpcServer}.
 */
public final class PeerLinks implements AutoCloseable {
  /** What the links need to know, and their first peers; the listener is the server's too. */
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

  private final NettyTransport transport;
  private final Config config;
  private final Map<NodeId, Lanes> links = new ConcurrentSkipListMap<>();
  private final AtomicLong droppedMessages = new AtomicLong();
  private boolean isClosed;

  /** The links to one peer at one address. */
  private record Lanes(InetSocketAddress address, Map<Lane, PeerLink> byLane) {
    void close() {
      byLane.values().forEach(PeerLink::close);
    }
  }

  private PeerLinks(NettyTransport transport, Config config) {
    this.transport = transport;
    this.config = config;
  }

  /** Starts to dial all lanes to all peers; returns at once. */
  public static PeerLinks start(NettyTransport transport, Config config) {
    PeerLinks made = new PeerLinks(transport, config);
    made.follow(config.peers);
    return made;
  }

  /**
   * These are the peers from now on: dials those that are new or have moved, closes the links to
   * all others. Whoever is still there keeps its connections. Returns at once.
   */
  public synchronized void follow(Map<NodeId, InetSocketAddress> peers) {
    if (isClosed) {
      return;
    }
    links.forEach((peer, lanes) -> {
      if (!lanes.address.equals(peers.get(peer))) {
        links.remove(peer);
        lanes.close();
      }
    });
    peers.forEach((peer, address) -> {
      if (!links.containsKey(peer)) {
        links.put(peer, dial(peer, address));
      }
    });
  }

  private Lanes dial(NodeId peer, InetSocketAddress address) {
    PeerLink.Target target = new PeerLink.Target(peer, address);
    Map<Lane, PeerLink> lanes = new EnumMap<>(Lane.class);
    for (Lane lane : LANES) {
      lanes.put(lane, new PeerLink(target, lane, transport, config, droppedMessages));
    }
    lanes.values().forEach(PeerLink::start);
    return new Lanes(address, lanes);
  }

  private Optional<PeerLink> link(NodeId peer, Lane lane) {
    return Optional.ofNullable(links.get(peer)).map(lanes -> lanes.byLane.get(lane));
  }

  private PeerLink require(NodeId peer, Lane lane) throws CallException {
    return link(peer, lane).orElseThrow(() -> unknown(peer));
  }

  private static CallException unknown(NodeId peer) {
    return new CallException(
        CallStatus.UNAVAILABLE, CallPhase.CONNECT, false, "no node " + peer + " is known here");
  }

  /** Whether this lane's connection to the peer is up, as far as is known. */
  public boolean isUp(NodeId peer, Lane lane) {
    return link(peer, lane).map(PeerLink::isUp).orElse(false);
  }

  /**
   * Sends a one-way message on the consensus lane, never blocking. It may be lost: while there is
   * no connection all but the newest few are dropped, of a full queue the oldest, and for a peer
   * that is not known all.
   */
  public void sendMessage(NodeId peer, Bytes message) {
    link(peer, Lane.CONSENSUS)
        .ifPresentOrElse(
            link -> link.sendMessage(message), () -> droppedMessages.incrementAndGet());
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
    return require(peer, lane).open(method, Optional.of(Monotonic.in(timeout)), timeout);
  }

  /** As {@link #open(NodeId, Lane, Method, Duration)} for a call without a deadline of its own. */
  public OutboundCall open(NodeId peer, Lane lane, Method method)
      throws CallException, InterruptedException {
    return require(peer, lane).open(method, Optional.empty(), PATIENCE);
  }

  /**
   * One request, one answer, without a thread waiting. Fails with a {@link CallException}; at once
   * if there is no connection.
   */
  public CompletableFuture<Bytes> ask(
      NodeId peer, Lane lane, Method method, Bytes request, Duration timeout) {
    Optional<PeerLink> link = link(peer, lane);
    if (link.isEmpty()) {
      return CompletableFuture.failedFuture(unknown(peer));
    }
    Optional<CallShell> shell = link.get().current();
    if (shell.isEmpty()) {
      return CompletableFuture.failedFuture(link.get().notConnected());
    }
    return shell.get().ask(method, Optional.of(Monotonic.in(timeout)), request);
  }

  /** Closes all connections; calls on them fail. */
  @Override
  public synchronized void close() {
    isClosed = true;
    links.values().forEach(Lanes::close);
  }
}
