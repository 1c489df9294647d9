package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.DiskException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.clock.LamportTime;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.consensus.raft.RaftView;
import org.volvox.sim.VirtualClock;
import org.volvox.sim.disk.VirtualDisk;
import org.volvox.sim.fault.Fault;

/**
 * One machine: what outlives a crash (disk, clock, flushed state), and the {@link Life} between two
 * crashes. It starts, stops, pauses, and passes events to the life that they belong to.
 */
final class SimNode {
  /** As a node does. */
  private static final long CLOCK_RESERVED_AT_ONCE = 1L << 20;

  private static final int RESTART_AFTER_DISK_FAILURE_MICROS = 700_000;

  private final int endpoint;
  private final RaftConfig config;
  private final WorldOptions options;
  private final Mutation mutation;
  private final Host host;
  private final Prng prng;
  private final VirtualDisk disk;
  private final VirtualClock clock;
  private final Mirror durable = new Mirror();
  private final List<Effect.Persist> pending = new ArrayList<>();
  private final List<Event> deferred = new ArrayList<>();
  private MemoryStore flushed = new MemoryStore();
  private StateAt flushedAt = StateAt.NOTHING;
  private @Nullable Life life;
  private int lives;
  private LamportTime clockReserved = LamportTime.ZERO;
  private boolean paused;

  SimNode(int endpoint, RaftConfig config, WorldOptions options, Mutation mutation, Setup setup) {
    this.endpoint = endpoint;
    this.config = config;
    this.options = options;
    this.mutation = mutation;
    host = setup.host();
    prng = setup.prng();
    clock = setup.clock();
    disk = new VirtualDisk(options.disk(), prng.fork());
    if (!mutation.world().syncs()) {
      disk.lieAboutSyncs();
    }
  }

  /** What the world lends to a machine. */
  record Setup(Host host, Prng prng, VirtualClock clock) {}

  int endpoint() {
    return endpoint;
  }

  NodeId id() {
    return config.self();
  }

  RaftConfig config() {
    return config;
  }

  WorldOptions options() {
    return options;
  }

  Mutation mutation() {
    return mutation;
  }

  Host host() {
    return host;
  }

  Prng prng() {
    return prng;
  }

  VirtualDisk disk() {
    return disk;
  }

  VirtualClock clock() {
    return clock;
  }

  /** What is durable, as the acknowledged syncs say. */
  Mirror durable() {
    return durable;
  }

  /** What was handed to the log and is not known to be durable. */
  List<Effect.Persist> pending() {
    return pending;
  }

  MemoryStore flushed() {
    return flushed;
  }

  StateAt flushedAt() {
    return flushedAt;
  }

  /** The state machine's store is made durable up to {@code at}. */
  void flush(SimMachine machine, StateAt at) {
    flushed = machine.flushed();
    flushedAt = at;
  }

  /** Where a new life's Lamport clock begins: above all that an earlier one can have shown. */
  LamportTime clockReserved() {
    return clockReserved;
  }

  /** A life shows this value: what lies above is reserved durably before. */
  void reserveClock(LamportTime shown) {
    if (shown.compareTo(clockReserved) > 0) {
      clockReserved = new LamportTime(shown.ticks() + CLOCK_RESERVED_AT_ONCE);
    }
  }

  boolean isUp() {
    return life != null;
  }

  /** How often it was started; names the present life. */
  int lives() {
    return lives;
  }

  Optional<Life> life() {
    return Optional.ofNullable(life);
  }

  Optional<RaftView> view() {
    return life == null ? Optional.empty() : Optional.of(life.view());
  }

  void start() {
    if (life != null) {
      return;
    }
    lives++;
    try {
      life = Life.begin(this, lives);
      host.stats().restarts += lives > 1 ? 1 : 0;
    } catch (DiskException e) {
      onDiskFailure(e);
    }
  }

  /** The machine loses power. */
  void crash() {
    if (life == null) {
      return;
    }
    host.stats().crashes++;
    life = null;
    paused = false;
    deferred.clear();
    disk.crash();
  }

  /** A node whose disk failed stops; somebody starts it again. */
  void onDiskFailure(DiskException failure) {
    if (host.isTracing()) {
      host.trace(id().toString(), "stops: " + failure.getMessage());
    }
    host.stats().diskFailures++;
    life = null;
    paused = false;
    deferred.clear();
    disk.crash();
    host.schedule(RESTART_AFTER_DISK_FAILURE_MICROS, new Event.Faulty(new Fault.Restart(endpoint)));
  }

  void pause() {
    paused = life != null;
  }

  void resume() {
    if (paused) {
      paused = false;
      List<Event> waiting = List.copyOf(deferred);
      deferred.clear();
      waiting.forEach(event -> host.schedule(0, event));
    }
  }

  /** Passes an event on; one of an earlier life means nothing. */
  void onEvent(Event event, int ofLife) {
    if (life == null || (ofLife != 0 && ofLife != lives)) {
      return;
    }
    if (paused) {
      deferred.add(event);
      return;
    }
    try {
      life.onEvent(event);
    } catch (DiskException e) {
      onDiskFailure(e);
    }
  }
}
