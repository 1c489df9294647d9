package org.volvox.node.group;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Ratio;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.machine.StateMachine;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.snapshot.SnapshotScan;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Role;
import org.volvox.storage.FileDisk;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StagedState;
import org.volvox.storage.StateStore;

/** Groups with real threads and logs whose messages go from queue to queue, with links to cut. */
final class LoopbackCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final List<NodeId> nodes;
  private final Map<NodeId, RaftGroup> groups = new ConcurrentHashMap<>();
  private final Map<NodeId, StateStore> stores = new ConcurrentHashMap<>();
  private final Map<NodeId, Copier> copiers = new ConcurrentHashMap<>();
  private final LogBounds bounds;

  /** By how much clocks may drift, if leaders read by leases. */
  private final Optional<Ratio> leaseDrift;

  /** What a state is said to take. */
  volatile long stateBytes;

  /** Whether copies of states arrive. */
  private volatile CountDownLatch arrival = new CountDownLatch(0);

  private final Map<NodeId, FileDisk> disks = new HashMap<>();
  private final Map<NodeId, SlowDisk> slowDisks = new HashMap<>();
  private final Map<NodeId, Appending> machines = new HashMap<>();
  private final Set<NodeId> cut = ConcurrentHashMap.newKeySet();

  /**
   * Appends each command's body of type 1 to one key, and answers with what it then has; keeps what
   * another brings under another. It waits while a test holds it.
   */
  static final class Appending implements StateMachine {
    static final Bytes KEY = Bytes.utf8("\0text");
    private static final Bytes LAST_KEY = Bytes.utf8("\0last");
    private volatile CountDownLatch held = new CountDownLatch(0);

    @Override
    public Applied apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (command.type() != 1) {
        batch.put(LAST_KEY, command.body());
        return new Applied(Bytes.EMPTY, List.of(LAST_KEY));
      }
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
    this(folder, size, LogBounds.OF_NODE);
  }

  LoopbackCluster(Path folder, int size, LogBounds bounds) throws Exception {
    this(folder, size, bounds, Optional.empty());
  }

  LoopbackCluster(Path folder, int size, LogBounds bounds, Optional<Ratio> leaseDrift)
      throws Exception {
    this.folder = folder;
    this.leaseDrift = leaseDrift;
    this.bounds = bounds;
    this.nodes = IntStream.rangeClosed(1, size).mapToObj(NodeId::new).toList();
    for (NodeId node : nodes) {
      start(node);
    }
  }

  void start(NodeId node) throws Exception {
    FileDisk disk = new FileDisk(folder.resolve(node.toString()).resolve("wal"));
    SlowDisk slow = new SlowDisk(disk);
    Appending machine = new Appending();
    WalConfig config = new WalConfig(node.value(), bounds.segmentBytes(), 1 << 20);
    Opened.Ready log = (Opened.Ready) Wal.open(slow, config);
    StateStore store =
        StateStore.open(folder.resolve(node.toString()).resolve("state"), RocksStore.INDEX_BYTES);
    var start = RaftWal.of(log, GroupParts.GROUP, StateMark.of(store).stateAt());
    if (start instanceof RaftWal.Start.StateBehind) {
      store.swap();
      start = RaftWal.of(log, GroupParts.GROUP, StateMark.of(store).stateAt());
    }
    Copier copier = new Copier(node, store);
    RaftGroup group =
        new RaftGroup(
            new Host(node),
            new GroupParts(
                node,
                Membership.of(nodes),
                leaseDrift,
                new GroupClock(),
                (RaftWal.Start.Ready) start,
                new GroupParts.State(machine, store, copier, bounds)));
    stores.put(node, store);
    copiers.put(node, copier);
    disks.put(node, disk);
    slowDisks.put(node, slow);
    machines.put(node, machine);
    groups.put(node, group);
    group.start();
  }

  SlowDisk disk(NodeId node) {
    return Objects.requireNonNull(slowDisks.get(node));
  }

  /** The member applies nothing until {@link #releaseApply}. */
  void holdApply(NodeId node) {
    Objects.requireNonNull(machines.get(node)).held = new CountDownLatch(1);
  }

  void releaseApply(NodeId node) {
    Objects.requireNonNull(machines.get(node)).held.countDown();
  }

  void stop(NodeId node) throws Exception {
    RaftGroup group = group(node);
    groups.remove(node);
    Objects.requireNonNull(copiers.get(node)).executor.shutdownNow();
    group.stop();
    Objects.requireNonNull(disks.get(node)).close();
    Objects.requireNonNull(stores.get(node)).close();
    groups.values().forEach(other -> other.peerGone(node));
  }

  /** Makes a member's state durable, as its node does now and then. */
  void flush(NodeId node) {
    LogIndex applied = group(node).applied();
    Objects.requireNonNull(stores.get(node)).flush();
    group(node).flushed(applied, stateBytes);
  }

  /** From now on copies of states are made, and do not arrive before the latch is open. */
  CountDownLatch delaySnapshots() {
    arrival = new CountDownLatch(1);
    return arrival;
  }

  /** Whether a member is getting a snapshot. */
  boolean isFetching(NodeId node) {
    return Objects.requireNonNull(copiers.get(node)).fetching;
  }

  /** How many snapshots have taken the place of a member's state since it was started. */
  int installs(NodeId node) {
    return Objects.requireNonNull(copiers.get(node)).installs.get();
  }

  /** Copies the state of a member that has enough, as the real fetch does over the network. */
  private final class Copier implements Snapshots {
    private final NodeId self;
    private final StateStore store;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AtomicInteger installs = new AtomicInteger();
    private volatile boolean fetching;

    Copier(NodeId self, StateStore store) {
      this.self = self;
      this.store = store;
    }

    @Override
    public void fetch(LogIndex atLeast) {
      if (!fetching && !cut.contains(self)) {
        fetching = true;
        executor.execute(() -> copy(atLeast));
      }
    }

    private void copy(LogIndex atLeast) {
      for (NodeId other : nodes) {
        RaftGroup source = groups.get(other);
        if (other.equals(self) || source == null || source.applied().isBefore(atLeast)) {
          continue;
        }
        try (OrderedStore.Snapshot view = Objects.requireNonNull(stores.get(other)).snapshot();
            StagedState staged = store.stage()) {
          StateMark mark = StateMark.of(view);
          MembersAt members = source.members(mark);
          staged.accept(
              new SnapshotPart.Header(
                  new ClusterId(1), 0, mark.index(), mark.term(), StateMark.encode(members)));
          SnapshotScan scan = new SnapshotScan(view, 0);
          while (!staged.check().isComplete()) {
            staged.accept(scan.next());
          }
          arrival.await();
          group(self).fetched(mark.index(), mark.term(), members);
          return;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        } catch (IOException | MalformedException | IllegalStateException e) {
          fetching = false; // Somebody stopped meanwhile.
        }
      }
      fetching = false;
    }

    @Override
    public void drop() {
      fetching = false;
    }

    @Override
    public void install(LogIndex index) throws IOException {
      installs.incrementAndGet();
      fetching = false;
      store.swap();
    }
  }

  void cut(NodeId node) {
    cut.add(node);
  }

  void heal() {
    cut.clear();
  }

  boolean isRunning(NodeId node) {
    return groups.containsKey(node);
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
