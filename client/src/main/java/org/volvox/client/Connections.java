package org.volvox.client;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * the node that answered last; one that fails goes to the end of the row.
 */
final class Connections implements AutoCloseable {
  /** A node on a working network accepts far sooner; the next one is worth more than waiting. */
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  private final LocalEnd self;
  private final Optional<NodeId> only;
  private final List<NodeId> row = new ArrayList<>();
  private final Map<NodeId, Slot> slots = new LinkedHashMap<>();
  private ClusterAddress address;
  private Optional<TlsMaterial> tls = Optional.empty();
  private final Roster roster = new Roster(this);

  /** A node's connection; connecting to one node does not hold up another. */
  private static final class Slot {
    private Optional<BlockingConnection> connection = Optional.empty();
    private boolean closed;

    synchronized void close() {
      closed = true;
      connection.ifPresent(BlockingConnection::close);
      connection = Optional.empty();
    }
  }

  Connections(ClusterAddress address, LamportClock clock, Optional<NodeId> only) {
    this.address = address;
    this.only = only;
    this.self = new LocalEnd(address.cluster(), Optional.empty(), 0, clock);
    for (ClusterAddress.Node node : address.nodes()) {
      slots.put(node.id(), new Slot());
      row.add(node.id());
    }
  }

  synchronized List<NodeId> nodes() {
    return address.nodes().stream().map(ClusterAddress.Node::id).toList();
  }

  /** The cluster has other nodes by now: those that are gone are tried no more. */
  synchronized void learn(List<ClusterAddress.Node> nodes) {
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
    return entries();
  }

  synchronized List<NodeId> entries() {
    return only.map(List::of).orElseGet(() -> List.copyOf(row));
  }

  /** The node did not answer: others first from now on. */
  void demote(NodeId node) {
    synchronized (this) {
      if (row.remove(node)) {
        row.add(node);
      }
    }
    roster.suspect();
  }

  BlockingConnection to(NodeId node) throws CallException {
    Slot slot;
    ClusterAddress.Node target;
    synchronized (this) {
      slot = slots.get(node);
      target = address.node(node).orElse(null);
    }
    if (slot == null || target == null) {
      throw unavailable("the cluster has no node " + node);
    }
    synchronized (slot) {
      if (slot.closed) {
        throw unavailable("the client is closed");
      }
      if (slot.connection.isPresent() && slot.connection.get().isOpen()) {
        return slot.connection.get();
      }
      slot.connection.ifPresent(BlockingConnection::close);
      slot.connection = Optional.empty();
      BlockingConnection made = connect(target);
      slot.connection = Optional.of(made);
      return made;
    }
  }

  private BlockingConnection connect(ClusterAddress.Node target) throws CallException {
    CallException local = null;
    if (Files.exists(target.socket())) {
      try {
        return BlockingConnection.connectUnix(target.socket(), self, CONNECT_MAX);
      } catch (CallException e) {
        local = e; // A socket file outlives a killed node; the address decides.
      }
    }
    try {
      return BlockingConnection.connectTls(target.address(), tls(), self, CONNECT_MAX);
    } catch (CallException e) {
      if (local != null) {
        e.addSuppressed(local);
      }
      throw e;
    }
  }

  private synchronized TlsMaterial tls() throws CallException {
    if (tls.isEmpty()) {
      try {
        tls = Optional.of(TlsMaterial.load(address.credentials()));
      } catch (IOException e) {
        CallException failed =
            new CallException(
                CallStatus.NOT_ALLOWED, CallPhase.TLS, false, "no credentials: " + e.getMessage());
        failed.initCause(e);
        throw failed;
      }
    }
    return tls.get();
  }

  private static CallException unavailable(String why) {
    return new CallException(CallStatus.UNAVAILABLE, CallPhase.CONNECT, false, why);
  }

  @Override
  public synchronized void close() {
    slots.values().forEach(Slot::close);
  }
}
