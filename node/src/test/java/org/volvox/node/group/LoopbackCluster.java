package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.machine.StateMachine;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.snapshot.SnapshotScan;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Role;
import org.volvox.node.folder.FolderTree;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StagedState;
import org.volvox.storage.StateStore;

/**
 * Logs of one engine with real threads and files, whose messages go from node to node in one
 * process, with links to cut. What an engine adds is how a member is opened and reached.
 */
public abstract class LoopbackCluster implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final List<NodeId> nodes;
  private final Map<NodeId, Member> members = new ConcurrentHashMap<>();
  private final Map<NodeId, StateStore> stores = new ConcurrentHashMap<>();
  private final Map<NodeId, Copier> copiers = new ConcurrentHashMap<>();
  private final LogBounds bounds;
  private final List<String> failures = new CopyOnWriteArrayList<>();

  /** What a state is said to take. */
  private volatile long stateBytes;

  public void stateBytes(long bytes) {
    stateBytes = bytes;
  }

  /** Whether copies of states arrive. */
  private volatile CountDownLatch arrival = new CountDownLatch(0);

  private final Map<NodeId, Appending> machines = new HashMap<>();
  private final Set<NodeId> cut = ConcurrentHashMap.newKeySet();

  /**
   * Appends each command's body of type 1 to one key, and answers with what it then has; keeps what
   * another brings under another. It waits while a test holds it.
   */
  public static final class Appending implements StateMachine {
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
        return new Applied(Bytes.EMPTY, () -> List.of(LAST_KEY));
      }
      Bytes text = batch.get(KEY).orElse(Bytes.EMPTY).concat(command.body());
      batch.put(KEY, text);
      return new Applied(text, () -> List.of(KEY));
    }

    @Override
    public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
      return state.get(KEY).orElse(Bytes.EMPTY);
    }
  }

  /** A running member, and how it ends; what is not durable by then may be lost. */
  public interface Member {
    ReplicatedLog log();

    void stop() throws Exception;
  }

  /** What a member is opened with. */
  public record Opening(
      NodeId node, Path folder, List<NodeId> nodes, LogHost host, GroupParts.State state) {}

  protected LoopbackCluster(Path folder, int size, LogBounds bounds) {
    this.folder = folder;
    this.bounds = bounds;
    this.nodes = IntStream.rangeClosed(1, size).mapToObj(NodeId::new).toList();
  }

  /** Opens a member in its folder, started or not. */
  protected abstract Member open(Opening opening) throws Exception;

  /** Starts all; to be called once the engine is ready to open members. */
  public LoopbackCluster startAll() throws Exception {
    for (NodeId node : nodes) {
      start(node);
    }
    return this;
  }

  public void start(NodeId node) throws Exception {
    Appending machine = new Appending();
    Path home = folder.resolve(node.toString());
    StateStore store = StateStore.open(home.resolve("state"), RocksStore.INDEX_BYTES);
    Copier copier = new Copier(node, store);
    Member member =
        open(
            new Opening(
                node,
                home,
                nodes,
                new Host(node),
                new GroupParts.State(machine, store, copier, bounds)));
    stores.put(node, store);
    copiers.put(node, copier);
    machines.put(node, machine);
    members.put(node, member);
    member.log().start();
  }

  /** The member applies nothing until {@link #releaseApply}. */
  public void holdApply(NodeId node) {
    Objects.requireNonNull(machines.get(node)).held = new CountDownLatch(1);
  }

  public void releaseApply(NodeId node) {
    Objects.requireNonNull(machines.get(node)).held.countDown();
  }

  public void stop(NodeId node) throws Exception {
    Member member = Objects.requireNonNull(members.remove(node));
    Objects.requireNonNull(copiers.get(node)).executor.shutdownNow();
    member.stop();
    Objects.requireNonNull(stores.get(node)).close();
    members.values().forEach(other -> other.log().peerGone(node));
  }

  /** Stops a member as a crash does it to the store: what it was not flushed for is gone. */
  public void crash(NodeId node) throws Exception {
    Path home = folder.resolve(node.toString());
    Path kept = folder.resolve(node + "-kept");
    while (!copied(home, kept)) {
      FolderTree.delete(kept); // The store replaced a file meanwhile.
    }
    stop(node);
    for (Path state : states(home)) {
      FolderTree.delete(state);
    }
    copyStates(kept, home);
  }

  private static boolean copied(Path home, Path kept) throws IOException {
    try {
      copyStates(home, kept);
      return true;
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false;
    }
  }

  private static void copyStates(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path state : states(from)) {
      try (Stream<Path> all = Files.walk(state)) {
        for (Path each : all.toList()) {
          Files.copy(each, to.resolve(from.relativize(each).toString()));
        }
      }
    }
  }

  private static List<Path> states(Path home) throws IOException {
    try (Stream<Path> all = Files.list(home)) {
      return all.filter(each -> String.valueOf(each.getFileName()).startsWith("state")).toList();
    }
  }

  /** Makes a member's state durable, as its node does now and then. */
  public void flush(NodeId node) {
    LogIndex applied = group(node).applied();
    Objects.requireNonNull(stores.get(node)).flush();
    group(node).flushed(applied, stateBytes);
  }

  /** From now on copies of states are made, and do not arrive before the latch is open. */
  public CountDownLatch delaySnapshots() {
    arrival = new CountDownLatch(1);
    return arrival;
  }

  /** Whether a member is getting a snapshot. */
  public boolean isFetching(NodeId node) {
    return Objects.requireNonNull(copiers.get(node)).fetching;
  }

  /** How many snapshots have taken the place of a member's state since it was started. */
  public int installs(NodeId node) {
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
        ReplicatedLog source = running(other).orElse(null);
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

  public void cut(NodeId node) {
    cut.add(node);
  }

  public void heal() {
    cut.clear();
  }

  /** Whether what one sends to another arrives. */
  public boolean reaches(NodeId from, NodeId to) {
    return !cut.contains(from) && !cut.contains(to);
  }

  public boolean isRunning(NodeId node) {
    return members.containsKey(node);
  }

  /** The member, if it runs. */
  public Optional<ReplicatedLog> running(NodeId node) {
    return Optional.ofNullable(members.get(node)).map(Member::log);
  }

  public ReplicatedLog group(NodeId node) {
    return running(node).orElseThrow(() -> new IllegalStateException(node + " does not run"));
  }

  public String text(NodeId node) {
    try (OrderedStore.Snapshot snapshot = Objects.requireNonNull(stores.get(node)).snapshot()) {
      return snapshot.get(Appending.KEY).orElse(Bytes.EMPTY).utf8();
    }
  }

  public List<NodeId> nodes() {
    return nodes;
  }

  /** A node that leads with the agreement of a quorum. */
  public NodeId leader() {
    return leaderBut(Set.of());
  }

  public NodeId leaderBut(Set<NodeId> not) {
    await(() -> nodes.stream().anyMatch(node -> !not.contains(node) && leads(node)));
    return nodes.stream()
        .filter(node -> !not.contains(node) && leads(node))
        .findFirst()
        .orElseThrow();
  }

  public boolean leads(NodeId node) {
    return running(node)
        .map(ReplicatedLog::view)
        .filter(view -> view.role() == Role.LEADER && view.commit().equals(view.lastIndex()))
        .isPresent();
  }

  public static void await(BooleanSupplier condition) {
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
    for (NodeId node : List.copyOf(members.keySet())) {
      try {
        stop(node);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        throw new AssertionError("stopping " + node, e);
      }
    }
    assertThat(failures).isEmpty();
  }

  private final class Host implements LogHost {
    private final NodeId self;

    Host(NodeId self) {
      this.self = self;
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
      if (isRunning(self)) { // One that is being stopped may be interrupted in anything.
        failures.add(self + " " + doing + ": " + cause);
      }
    }
  }
}
