package org.volvox.node.serve;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.NodeStatus;

/**
 * Whether the other nodes answer, as this node sees it: each is asked for its status a few times a
 * second. It decides nothing that safety rests on; it keeps calls from waiting for the dead, and
 * tells users who is down and since when.
 */
public final class Peers implements AutoCloseable {
  private static final Duration ASK_EVERY = Duration.ofMillis(250);

  /** In ticks: a peer whose log is old learns by this where the others are now. */
  private static final int TELL_EVERY = 8;

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);
  private static final long SILENCE_NANOS_MAX = Duration.ofSeconds(1).toNanos();
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** How a peer is asked; fails when it does not answer. */
  public interface Asker {
    CompletableFuture<Bytes> ask(
        NodeId peer, Lane lane, Method method, Bytes request, Duration timeout);
  }

  private static final class Peer {
    private Optional<NodeStatus> last = Optional.empty();
    private long answeredNanos;
    private boolean up;
    private long downSinceMillis = System.currentTimeMillis();
    private boolean asked;
  }

  private final Asker asker;
  private final Map<NodeId, Peer> peers = new TreeMap<>();
  private final ScheduledExecutorService clock;
  private final NodeId self;
  private final Bytes here;
  private List<NodeId> voters = List.of();
  private int ticks;
  private long quorumLostNanos = System.nanoTime();
  private boolean quorum;

  /** {@code here} is what tells a peer where this node is. */
  public Peers(NodeId self, Asker asker, Bytes here) {
    this.self = self;
    this.asker = asker;
    this.here = here;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(self + "-peers").factory());
  }

  /** These are the nodes from now on, and of them these vote; what is known of them is kept. */
  public synchronized void follow(List<NodeId> nodes, List<NodeId> voting) {
    peers.keySet().retainAll(nodes);
    nodes.stream()
        .filter(node -> !node.equals(self))
        .forEach(node -> peers.computeIfAbsent(node, _ -> new Peer()));
    voters = List.copyOf(voting);
    lookForQuorum();
  }

  /** All nodes but this one. */
  public synchronized List<NodeId> others() {
    return List.copyOf(peers.keySet());
  }

  /** Begins to ask; from now on it counts how long nobody answers. */
  public void start() {
    synchronized (this) {
      quorumLostNanos = System.nanoTime();
    }
    var _ =
        clock.scheduleWithFixedDelay(this::tick, 0, ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  public synchronized boolean isUp(NodeId node) {
    Peer peer = peers.get(node);
    return peer == null ? node.equals(self) : peer.up;
  }

  /** How many nodes answer, this one counted. */
  public synchronized int upCount() {
    return 1 + (int) peers.values().stream().filter(peer -> peer.up).count();
  }

  /** Whether too few nodes for a quorum have answered for so long that waiting is no use. */
  public synchronized boolean isCutOff() {
    return !quorum && System.nanoTime() - quorumLostNanos > SILENCE_NANOS_MAX;
  }

  /** As {@code 1 of 3 nodes answers (n2, n3 down since 14:02:11)}. */
  public synchronized String whoAnswers() {
    int up = upCount();
    String count =
        up + " of " + (peers.size() + 1) + (up == 1 ? " nodes answers" : " nodes answer");
    List<Map.Entry<NodeId, Peer>> down =
        peers.entrySet().stream().filter(entry -> !entry.getValue().up).toList();
    if (down.isEmpty()) {
      return count;
    }
    String names =
        down.stream().map(entry -> entry.getKey().toString()).collect(Collectors.joining(", "));
    long since = down.stream().mapToLong(entry -> entry.getValue().downSinceMillis).min().orElse(0);
    String when = CLOCK.format(Instant.ofEpochMilli(since).atZone(ZoneId.systemDefault()));
    return count + " (" + names + " down since " + when + ")";
  }

  /** A peer's latest status; when it was never heard, or is down, says so. */
  public synchronized Optional<NodeStatus> status(NodeId node) {
    return Optional.ofNullable(peers.get(node)).flatMap(peer -> peer.last);
  }

  /** Since when a peer is down, in wall milliseconds; 0 if it is up. */
  public synchronized long downSinceMillis(NodeId node) {
    Peer peer = peers.get(node);
    return peer == null || peer.up ? 0 : peer.downSinceMillis;
  }

  /** Something came from the peer just now, so it is there. */
  public synchronized void heard(NodeId node) {
    Peer peer = peers.get(node);
    if (peer != null) {
      peer.answeredNanos = System.nanoTime();
      if (!peer.up) {
        setUp(peer, true);
      }
    }
  }

  /** The peer's process is surely gone. */
  public synchronized void gone(NodeId node) {
    Peer peer = peers.get(node);
    if (peer != null) {
      setUp(peer, false);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private void tick() {
    boolean tellsWhere = ticks++ % TELL_EVERY == 0;
    for (NodeId node : others()) {
      if (tellsWhere) {
        var _ = asker.ask(node, Lane.CALLS, Method.PEER_MEMBER, here, ANSWER_WITHIN);
      }
      if (beginAsk(node)) {
        var _ =
            asker
                .ask(node, Lane.CALLS, Method.PEER_STATUS, NodeStatus.request(false), ANSWER_WITHIN)
                .whenComplete((answer, failure) -> answered(node, Optional.ofNullable(answer)));
      }
    }
  }

  private synchronized boolean beginAsk(NodeId node) {
    Peer peer = peers.get(node);
    if (peer == null) {
      return false; // It has just gone.
    }
    if (peer.up && System.nanoTime() - peer.answeredNanos > SILENCE_NANOS_MAX) {
      setUp(peer, false);
    }
    boolean free = !peer.asked;
    peer.asked = true;
    return free;
  }

  private synchronized void answered(NodeId node, Optional<Bytes> answer) {
    Peer peer = peers.get(node);
    if (peer == null) {
      return;
    }
    peer.asked = false;
    if (answer.isEmpty()) {
      return; // Silence is judged by the clock, in tick.
    }
    try {
      peer.last = NodeStatus.decodeAll(answer.get()).stream().findFirst();
      peer.answeredNanos = System.nanoTime();
      setUp(peer, true);
    } catch (MalformedException e) {
      setUp(peer, false); // A peer that answers nonsense is of no use.
    }
  }

  private void setUp(Peer peer, boolean up) {
    if (peer.up && !up) {
      peer.downSinceMillis = System.currentTimeMillis();
    }
    peer.up = up;
    lookForQuorum();
  }

  /** Without any voter known there is none: a node that joins waits for a leader. */
  private void lookForQuorum() {
    long up = voters.stream().filter(this::isUp).count();
    boolean now = up > voters.size() / 2;
    if (quorum && !now) {
      quorumLostNanos = System.nanoTime();
    }
    quorum = now;
  }
}
