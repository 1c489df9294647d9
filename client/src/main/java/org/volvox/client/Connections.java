package org.volvox.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.TlsMaterial;

/**
 * At most one connection to each node, made when first needed and again when it broke. The entry is
 * the leader once this client knows it, which saves each request the way there, and before that any
 * node that answers; one that fails goes to the end of the row.
 */
final class Connections implements AutoCloseable {
  /** A node on a working network accepts far sooner; the next one is worth more than waiting. */
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  private final LocalEnd self;
  private final Optional<NodeId> only;
  private final boolean usesLeader;
  private final List<NodeId> row = new ArrayList<>();
  private final Map<NodeId, Slot> slots = new LinkedHashMap<>();
  private ClusterAddress address;
  private final Object tlsLock = new Object();
  private final Path credentials;
  private Optional<TlsMaterial> tls = Optional.empty();
  private Optional<NodeId> leader = Optional.empty();
  private boolean isClosed;
  private final Roster roster = new Roster(this);
  private final LeaderWatch watch = new LeaderWatch(this);

  /** A node's connection; connecting to one node does not hold up another. */
  private static final class Slot {
    private volatile Optional<BlockingConnection> connection = Optional.empty();
    private volatile boolean closed;

    /** The last failure to connect and when it came, by System.nanoTime. */
    private Optional<CallException> failure = Optional.empty();

    private long failedNanos;

    void requireNoFailureSince(long nanos) throws CallException {
      if (failure.isPresent() && failedNanos - nanos > 0) {
        CallException of = failure.get();
        throw new CallException(
            of.status(), of.phase(), of.mayHaveRun(), String.valueOf(of.getMessage()));
      }
    }

    void failed(CallException of) {
      failure = Optional.of(of);
      failedNanos = System.nanoTime();
    }

    /** For good, without waiting for one that is being made: whoever makes it closes it then. */
    void close() {
      closed = true;
      connection.ifPresent(BlockingConnection::close);
    }

    /** Closes the connection; the next call makes another. */
    synchronized void drop() {
      connection.ifPresent(BlockingConnection::close);
      connection = Optional.empty();
    }
  }

  /**
   * @param only enter through this node and no other
   * @param usesLeader whether requests shall go to the leader first
   */
  Connections(
      ClusterAddress address, LamportClock clock, Optional<NodeId> only, boolean usesLeader) {
    this.address = address;
    this.credentials = address.credentials();
    this.only = only;
    this.usesLeader = usesLeader && only.isEmpty();
    this.self = new LocalEnd(address.cluster(), Optional.empty(), 0, clock);
    for (ClusterAddress.Node node : address.nodes()) {
      slots.put(node.id(), new Slot());
      row.add(node.id());
    }
  }

  synchronized boolean isClosed() {
    return isClosed;
  }

  LocalEnd self() {
    return self;
  }

  synchronized List<NodeId> nodes() {
    return address.nodes().stream().map(ClusterAddress.Node::id).toList();
  }

  /**
   * The cluster has other nodes by now: those that are gone are tried no more. What a node says
   * that has not heard yet of one known here is older than that and ignored.
   *
   * @param lastId the highest id of a node that whoever says so has heard of
   */
  synchronized void learn(List<ClusterAddress.Node> nodes, int lastId) {
    if (address.nodes().stream().anyMatch(node -> node.id().value() > lastId)) {
      return;
    }
    ClusterAddress next = new ClusterAddress(address.cluster(), nodes, address.credentials());
    if (next.equals(address)) {
      return;
    }
    for (ClusterAddress.Node old : address.nodes()) {
      if (!nodes.contains(old)) {
        row.remove(old.id()); // Its connection stays for what is on its way.
      }
    }
    for (ClusterAddress.Node node : nodes) {
      if (!slots.containsKey(node.id())) {
        slots.put(node.id(), new Slot());
        row.add(node.id());
      }
    }
    address = next;
  }

  /** The cluster as this client knows it now. */
  synchronized ClusterAddress address() {
    return address;
  }

  /** Where to try with a request, best first. */
  List<NodeId> entriesToUse() {
    roster.use();
    if (usesLeader) {
      watch.use();
    }
    return entries();
  }

  synchronized List<NodeId> entries() {
    return only.map(List::of).orElseGet(() -> List.copyOf(row));
  }

  boolean usesLeader() {
    return usesLeader;
  }

  /** The node that requests go to first because it leads. */
  synchronized Optional<NodeId> leader() {
    return leader;
  }

  /** The node leads and answers here: it comes first. */
  synchronized void lead(NodeId node) {
    if (row.remove(node)) {
      row.addFirst(node);
      leader = Optional.of(node);
    }
  }

  /** The node did not answer: others first from now on. */
  void demote(NodeId node) {
    synchronized (this) {
      if (row.remove(node)) {
        row.add(node);
      }
      leader = leader.filter(each -> !each.equals(node));
    }
    roster.suspect();
  }

  /** Others follow another leader and this one is silent: what waits for it goes elsewhere. */
  void abandon(NodeId old) {
    demote(old);
    Slot slot = slot(old);
    if (slot != null) {
      slot.drop();
    }
  }

  /** Who leads as a node knows it; empty if it does not answer in time either. */
  Optional<NodeId> leaderAsSeenBy(NodeId node, Duration within) {
    return roster.leaderAsSeenBy(node, within);
  }

  /** The connection to a node if there is one now. */
  Optional<BlockingConnection> existing(NodeId node) {
    Slot slot = slot(node);
    return slot == null ? Optional.empty() : slot.connection;
  }

  private synchronized @Nullable Slot slot(NodeId node) {
    return slots.get(node);
  }

  BlockingConnection to(NodeId node) throws CallException {
    return to(node, CONNECT_MAX);
  }

  /** The same, in no more time than this if it has to be made. */
  BlockingConnection to(NodeId node, Duration within) throws CallException {
    Slot slot;
    ClusterAddress.Node target;
    synchronized (this) {
      if (isClosed) {
        throw unavailable("the client is closed");
      }
      slot = slots.get(node);
      target = address.node(node).orElse(null);
    }
    if (slot == null || target == null) {
      throw unavailable("the cluster has no node " + node);
    }
    long askedNanos = System.nanoTime();
    synchronized (slot) {
      if (slot.closed) {
        throw unavailable("the client is closed");
      }
      if (slot.connection.isPresent() && slot.connection.get().isOpen()) {
        return slot.connection.get();
      }
      // Whoever waited here for another's try takes its outcome: many tries in a row take too long.
      slot.requireNoFailureSince(askedNanos);
      slot.drop();
      BlockingConnection made = connectIn(slot, target, within);
      slot.connection = Optional.of(made);
      if (slot.closed) {
        slot.drop();
        throw unavailable("the client is closed");
      }
      return made;
    }
  }

  private BlockingConnection connectIn(Slot slot, ClusterAddress.Node target, Duration within)
      throws CallException {
    try {
      return connect(target, within.compareTo(CONNECT_MAX) < 0 ? within : CONNECT_MAX);
    } catch (CallException e) {
      slot.failed(e);
      throw e;
    }
  }

  private BlockingConnection connect(ClusterAddress.Node target, Duration within)
      throws CallException {
    CallException local = null;
    if (Files.exists(target.socket())) {
      try {
        return BlockingConnection.connectUnix(target.socket(), self, within);
      } catch (CallException e) {
        local = e; // A socket file outlives a killed node; the address decides.
      }
    }
    try {
      return BlockingConnection.connectTls(target.address(), tls(), self, within);
    } catch (CallException e) {
      if (local != null) {
        e.addSuppressed(local);
      }
      throw e;
    }
  }

  /** This client's key and certificate, read when first needed. */
  TlsMaterial tls() throws CallException {
    synchronized (tlsLock) {
      if (tls.isEmpty()) {
        try {
          tls = Optional.of(TlsMaterial.load(credentials));
        } catch (IOException e) {
          CallException failed =
              new CallException(
                  CallStatus.NOT_ALLOWED,
                  CallPhase.TLS,
                  false,
                  "no credentials: " + e.getMessage());
          failed.initCause(e);
          throw failed;
        }
      }
      return tls.get();
    }
  }

  private static CallException unavailable(String why) {
    return new CallException(CallStatus.UNAVAILABLE, CallPhase.CONNECT, false, why);
  }

  /** Waits for nobody: a lock of a connection is never asked for under that of the whole. */
  @Override
  public void close() {
    watch.close();
    List<Slot> all;
    synchronized (this) {
      isClosed = true;
      all = List.copyOf(slots.values());
    }
    all.forEach(Slot::close);
  }
}
