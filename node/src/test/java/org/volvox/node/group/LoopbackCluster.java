package org.volvox.node.group;

import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.machine.StateMachine;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Role;
import org.volvox.storage.FileDisk;

/** Groups with real threads and logs whose messages go from queue to queue, with links to cut. */
final class LoopbackCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final List<NodeId> nodes;
  private final Map<NodeId, RaftGroup> groups = new ConcurrentHashMap<>();
  private final Map<NodeId, MemoryStore> stores = new HashMap<>();
  private final Map<NodeId, FileDisk> disks = new HashMap<>();
  private final Set<NodeId> cut = ConcurrentHashMap.newKeySet();

  /** Appends each command's body to one key; answers with what it then has. */
  static final class Appending implements StateMachine {
    static final Bytes KEY = Bytes.utf8("text");

    @Override
    public Applied apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
      Bytes text = batch.get(KEY).orElse(Bytes.EMPTY).concat(command.body());
      batch.put(KEY, text);
      return new Applied(text, List.of(KEY));
    }

    @Override
    public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
      return state.get(KEY).orElse(Bytes.EMPTY);
    }
  }

  LoopbackCluster(Path folder, int size) throws Exception {
    this.folder = folder;
    this.nodes = IntStream.rangeClosed(1, size).mapToObj(NodeId::new).toList();
    for (NodeId node : nodes) {
      start(node);
    }
  }

  void start(NodeId node) throws Exception {
    FileDisk disk = new FileDisk(folder.resolve(node.toString()));
    Opened.Ready log = (Opened.Ready) Wal.open(disk, WalConfig.ofNode(node.value()));
    MemoryStore store = new MemoryStore();
    RaftGroup group =
        new RaftGroup(
            new Host(node),
            new GroupParts(
                node, Membership.of(nodes), new GroupClock(), log, new Appending(), store));
    stores.put(node, store);
    disks.put(node, disk);
    groups.put(node, group);
    group.start();
  }

  void stop(NodeId node) throws Exception {
    RaftGroup group = group(node);
    groups.remove(node);
    group.stop();
    Objects.requireNonNull(disks.get(node)).close();
    groups.values().forEach(other -> other.peerGone(node));
  }

  void cut(NodeId node) {
    cut.add(node);
  }

  void heal() {
    cut.clear();
  }

  RaftGroup group(NodeId node) {
    RaftGroup group = groups.get(node);
    if (group == null) {
      throw new IllegalStateException(node + " does not run");
    }
    return group;
  }

  String text(NodeId node) {
    try (OrderedStore.Snapshot snapshot = Objects.requireNonNull(stores.get(node)).snapshot()) {
      return snapshot.get(Appending.KEY).orElse(Bytes.EMPTY).utf8();
    }
  }

  List<NodeId> nodes() {
    return nodes;
  }

  /** A node that leads with the agreement of a quorum. */
  NodeId leader() {
    return leaderBut(Set.of());
  }

  NodeId leaderBut(Set<NodeId> not) {
    await(() -> nodes.stream().anyMatch(node -> !not.contains(node) && leads(node)));
    return nodes.stream()
        .filter(node -> !not.contains(node) && leads(node))
        .findFirst()
        .orElseThrow();
  }

  boolean leads(NodeId node) {
    RaftGroup group = groups.get(node);
    return group != null
        && group.view().role() == Role.LEADER
        && group.view().commit().equals(group.view().lastIndex());
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("not within " + PATIENCE);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Override
  public void close() {
    for (NodeId node : List.copyOf(groups.keySet())) {
      try {
        stop(node);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        throw new AssertionError("stopping " + node, e);
      }
    }
  }

  private final class Host implements GroupHost {
    private final NodeId self;

    Host(NodeId self) {
      this.self = self;
    }

    @Override
    public void send(NodeId to, Message message) {
      RaftGroup target = groups.get(to);
      if (target != null && !cut.contains(to) && !cut.contains(self)) {
        target.received(self, message);
      }
    }

    @Override
    public Stamp stamp() {
      return new Stamp(new WallTime(1), new LamportTime(1));
    }

    @Override
    public void roleChanged(Effect.RoleChanged change) {}

    @Override
    public void membersChanged(Membership members, LogIndex index) {}

    @Override
    public void removed() {}

    @Override
    public void applied(Set<Integer> ranges) {}

    @Override
    public void failed(String doing, Throwable cause) {
      throw new AssertionError(self + " " + doing, cause);
    }
  }
}
