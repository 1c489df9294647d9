package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.clock.LamportTime;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered;
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

  /** Written when the machine is set up, and never again. */
  private static final String META = "meta";

  private static final int RESTART_AFTER_DISK_FAILURE_MICROS = 700_000;

  private final int endpoint;
  private final RaftConfig config;
  private final WorldOptions options;
  private final Mutation mutation;
  private final Host host;
  private final Prng prng;
  private final VirtualDisk disk;
  private final VirtualClock clock;
  private final Mirror durable;
  private final List<Effect> pending = new ArrayList<>();
  private final List<Event> deferred = new ArrayList<>();
  private StoredState stored = StoredState.nothing();
  private Optional<StoredState> staged = Optional.empty();
  private @Nullable Life life;
  private int lives;
  private LamportTime clockReserved = LamportTime.ZERO;
  private boolean paused;
  private boolean damaged;

  /** Whether there is such a machine at all; a spare comes when the operator sets it up. */
  private boolean present;

  private boolean removed;

  SimNode(int endpoint, RaftConfig config, WorldOptions options, Mutation mutation, Setup setup) {
    this.endpoint = endpoint;
    this.config = config;
    durable = new Mirror(config.initial());
    this.options = options;
    this.mutation = mutation;
    host = setup.host();
    prng = setup.prng();
    clock = setup.clock();
    disk = new VirtualDisk(options.disk(), prng.fork());
    if (!mutation.world().syncs()) {
      disk.lieAboutSyncs();
    }
    if (!mutation.world().stopsOnFailedSync()) {
      disk.hideFailedSyncs();
    }
    setUp();
  }

  private void setUp() {
    try {
      disk.create(META, 0);
    } catch (DiskException e) {
      throw Invariant.broken("a machine cannot be set up: " + e.getMessage());
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
  List<Effect> pending() {
    return pending;
  }

  /** The state machine's store as a crash would leave it. */
  StoredState stored() {
    return stored;
  }

  /** A whole snapshot beside the store, if there is one. */
  Optional<StoredState> staged() {
    return staged;
  }

  void staged(Optional<StoredState> next) {
    staged = next;
  }

  /** Who belonged to the group at the staged snapshot. */
  Membership stagedMembers() {
    return staged
        .flatMap(state -> state.at().members())
        .map(Recovered.MembersAt::members)
        .orElse(config.initial());
  }

  /** The staged snapshot is the store now, durably; {@code logged} as for {@link StateAt}. */
  void swap(LogIndex logged) {
    StoredState next = staged.orElseThrow();
    StateAt at = next.at();
    stored =
        new StoredState(next.store(), new StateAt(at.index(), at.term(), logged, at.members()));
    staged = Optional.empty();
  }

  /** The state machine's store is made durable up to {@code at}. */
  void flush(SimMachine machine, StateAt at) {
    stored = new StoredState(machine.flushed(), at);
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
    if (life != null || damaged || !present) {
      return;
    }
    if (!disk.list().contains(META)) {
      if (mutation.world().refusesOtherDisks()) {
        refuse("its disk is another one");
        return;
      }
      setUp();
    }
    lives++;
    try {
      life = Life.begin(this, lives);
      host.stats().restarts += lives > 1 ? 1 : 0;
    } catch (DiskException e) {
      onDiskFailure(e);
    } catch (NodeLog.DamagedException e) {
      onDamage(e);
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

  /** The machine is switched off and its disk replaced by an empty one. */
  void wipe() {
    crash();
    disk.wipe();
    stored = StoredState.nothing();
    staged = Optional.empty();
  }

  private void refuse(String why) {
    trace("does not start: " + why);
    host.stats().refusedStarts++;
    damaged = true;
  }

  private void trace(String what) {
    if (host.isTracing()) {
      host.trace(id().toString(), what);
    }
  }

  /** A node whose disk failed stops; somebody starts it again. */
  private void onDiskFailure(DiskException failure) {
    stop(String.valueOf(failure.getMessage()));
    host.stats().diskFailures++;
    restartLater();
  }

  private void stop(String why) {
    trace("stops: " + why);
    life = null;
    paused = false;
    deferred.clear();
    disk.crash();
  }

  private void restartLater() {
    host.schedule(RESTART_AFTER_DISK_FAILURE_MICROS, new Event.Faulty(new Fault.Restart(endpoint)));
  }

  /** One that finds its log damaged stays down: it must not vote on what it lost. */
  private void onDamage(NodeLog.DamagedException damage) {
    stop(String.valueOf(damage.getMessage()));
    if (!host.isRuined(endpoint)) {
      throw new Violation("SoundLog", id() + ": " + damage.getMessage());
    }
    host.stats().damagesFound++;
    damaged = mutation.world().stopsOnDamage();
    if (!damaged) {
      wipe();
      setUp();
      restartLater();
    }
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

  /** The operator puts the machine there. */
  void arrive() {
    present = true;
  }

  boolean isPresent() {
    return present;
  }

  /** It was told that it is no member any more, and stops when it has done what it was at. */
  void onRemoved() {
    removed = true;
  }

  /** What the operator asks of it; a machine that stands still does not hear it. */
  void operate(Function<MonoTime, Input> asked) {
    if (life == null || paused) {
      return;
    }
    try {
      life.operate(asked);
      stopIfRemoved();
    } catch (DiskException e) {
      onDiskFailure(e);
    }
  }

  /** The state is made durable, and the log goes as far. */
  void compact() {
    operate(now -> {
      Life running = Objects.requireNonNull(life);
      running.flush();
      return new Input.Compact(stored.at().index(), true, now);
    });
  }

  private void stopIfRemoved() {
    if (removed) {
      removed = false;
      host.oracles().onRemoved(this);
      stop("it is no member any more");
      host.stats().removals++;
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
      stopIfRemoved();
    } catch (DiskException e) {
      onDiskFailure(e);
    } catch (NodeLog.DamagedException e) {
      onDamage(e);
    }
  }
}
