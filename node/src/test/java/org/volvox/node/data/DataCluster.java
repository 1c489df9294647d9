package org.volvox.node.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Answer;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.calls.message.DataMessage.Request;
import org.volvox.calls.message.DataToken;
import org.volvox.node.serve.Admission;

/** Nodes that hold data, each with its own disk and wall clock. */
final class DataCluster implements AutoCloseable {
  static final long SPACE = 17;
  static final long CONSISTENT = 18;
  static final Duration WITHIN = Duration.ofSeconds(20);

  final List<String> failures = new CopyOnWriteArrayList<>();
  final Map<Long, SpaceRow> spaces = new ConcurrentSkipListMap<>();
  private final Map<Integer, Machine> machines = new ConcurrentSkipListMap<>();
  final AtomicInteger messages = new AtomicInteger();
  private final Set<NodeId> cutOff = new ConcurrentSkipListSet<>();

  /** One node. */
  static final class Machine {
    final NodeId id;
    final Admission admission = new Admission();
    final GatedStore store;
    final DataHost host;
    final DataService service;

    Machine(NodeId id, GatedStore store, DataCluster cluster) {
      this.id = id;
      this.store = store;
      DataHost.Wiring wiring =
          new DataHost.Wiring(
              (to, message) -> cluster.send(id, to, message),
              // A wall clock that is behind those of greater nodes.
              () -> new WallTime(System.currentTimeMillis() + 100L * id.value()),
              cluster.failures::add);
      this.host = new DataHost(id, store, wiring);
      this.service = new DataService(id, host, cluster::space, admission);
    }

    Answer ask(DataToken seen, Action action) {
      return ask(SPACE, seen, action);
    }

    Answer ask(long space, DataToken seen, Action action) {
      Bytes request = new Request(space, seen, action).encode();
      try {
        return Answer.decode(
            service.ask(request, WITHIN).get(WITHIN.toSeconds(), TimeUnit.SECONDS));
      } catch (Exception e) {
        throw new AssertionError(id + " does not answer " + action, e);
      }
    }

    Answer ask(Action action) {
      return ask(DataToken.NONE, action);
    }

    /** The values that a register shows here, the last behind. */
    List<String> values(String key) {
      return ask(new Action.Look(register(key))).atoms().getFirst().entries().stream()
          .map(each -> each.value().utf8())
          .toList();
    }
  }

  DataCluster(int size) {
    spaces.put(SPACE, row(SPACE, Consistency.AVAILABLE));
    spaces.put(CONSISTENT, row(CONSISTENT, Consistency.CONSISTENT));
    IntStream.rangeClosed(1, size)
        .forEach(id ->
            machines.put(id, new Machine(new NodeId(id), new GatedStore(new MemoryStore()), this)));
    machines.values().forEach(this::start);
  }

  static SpaceRow row(long id, Consistency consistency) {
    return new SpaceRow(
        "space" + id, id, consistency, SpaceRow.Bounds.NONE, SpaceRow.Usage.NONE, "user:a", 0);
  }

  static Place register(String key) {
    return new Place(Bytes.utf8(key), Kind.REGISTER, Bytes.EMPTY);
  }

  static Place element(String key, String part) {
    return new Place(Bytes.utf8(key), Kind.ELEMENT, Bytes.utf8(part));
  }

  static Action.Put put(String key, String value) {
    return new Action.Put(register(key), Bytes.utf8(value));
  }

  private Optional<SpaceRow> space(long id) {
    return Optional.ofNullable(spaces.get(id));
  }

  private void start(Machine machine) {
    machine.host.follow(
        machines.values().stream()
            .map(each -> each.id)
            .filter(id -> !id.equals(machine.id))
            .toList());
    machine.host.start();
  }

  private void send(NodeId from, NodeId to, Bytes message) {
    messages.incrementAndGet();
    if (cutOff.contains(from) || cutOff.contains(to)) {
      return;
    }
    try {
      get(to.value()).host.received(from, message);
    } catch (MalformedException e) {
      failures.add(from + " sent what cannot be read: " + e.getMessage());
    }
  }

  Machine get(int id) {
    return Objects.requireNonNull(machines.get(id));
  }

  /** Nothing goes there, and nothing comes. */
  void cut(int id) {
    cutOff.add(new NodeId(id));
  }

  void heal() {
    cutOff.clear();
  }

  /** The power is gone and comes back. */
  Machine restart(int id) throws InterruptedException {
    return restart(id, get(id).store::afterCrash);
  }

  /** As before, and the disk is new. */
  Machine restartEmpty(int id) throws InterruptedException {
    return restart(id, () -> new GatedStore(new MemoryStore()));
  }

  private Machine restart(int id, Supplier<GatedStore> disk) throws InterruptedException {
    Machine before = get(id);
    cut(id);
    before.host.stop();
    Machine after = new Machine(before.id, disk.get(), this);
    machines.put(id, after);
    heal();
    start(after);
    return after;
  }

  /** Something that comes true by itself. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + WITHIN.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    for (Machine machine : machines.values()) {
      machine.store.release();
      try {
        machine.host.stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    assertThat(failures).isEmpty();
  }
}
