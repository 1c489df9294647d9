package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.clock.LamportTime;
import org.volvox.consensus.log.Salvage;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalDamage;
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

  /** What there is in the place of a life while the log is being repaired. */
  private @Nullable Mending mending;

  private boolean repaired;
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
    return life != null || mending != null;
  }

  /** Whether it repairs its log, and takes no part yet. */
  boolean isMending() {
    return mending != null;
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
    if (isUp() || damaged || !present) {
      return;
    }
    if (!disk.list().contains(META)) {
      if (mutation.world().refusesOtherDisks()) {
        refuse("its disk is another one");
        return;
      }
      setUp();
    }
    begin();
  }

  private void begin() {
    lives++;
    try {
      life = Life.begin(this, lives);
      mending = null;
      host.stats().restarts += lives > 1 ? 1 : 0;
    } catch (DiskException e) {
      onDiskFailure(e);
    } catch (NodeLog.DamagedException e) {
      onDamage(e);
    }
  }

  /** How its log is made; how much of the tail is handed over makes no difference. */
  WalConfig walConfig() {
    return new WalConfig(endpoint + 1L, options.segmentBytes(), 0);
  }

  /** All of the log was read and is whole: what a life begins with. */
  void foundWhole(Mirror found) {
    if (repaired) {
      new RepairOracle(host.oracles(), this, found).check();
    } else {
      host.oracles().onRecovered(this, found);
    }
    repaired = false;
    host.mended(endpoint);
  }

  /** How far a snapshot of a state goes; none if it is not known who belongs to the group. */
  Optional<StateAt> told(StateAt state) {
    boolean known = state.members().isPresent() || !config.initial().members().isEmpty();
    Recovered.MembersAt members =
        state.members().orElseGet(() -> new Recovered.MembersAt(LogIndex.ZERO, config.initial()));
    return known
        ? Optional.of(
            new StateAt(state.index(), state.term(), state.logged(), Optional.of(members)))
        : Optional.empty();
  }

  /** The machine loses power. */
  void crash() {
    if (!isUp()) {
      return;
    }
    host.stats().crashes++;
    fall();
  }

  private void fall() {
    life = null;
    mending = null;
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
    fall();
  }

  private void restartLater() {
    host.schedule(RESTART_AFTER_DISK_FAILURE_MICROS, new Event.Faulty(new Fault.Restart(endpoint)));
  }

  /** One that finds its log damaged must not vote on what it lost: it repairs it, if it can. */
  private void onDamage(NodeLog.DamagedException found) {
    boolean starts = life == null;
    stop(String.valueOf(found.getMessage()));
    if (!host.isDamaged(endpoint)) {
      throw new Violation("SoundLog", id() + ": " + found.getMessage());
    }
    host.stats().damagesFound++;
    if (!mutation.world().stopsOnDamage()) {
      wipe();
      setUp();
      restartLater();
    } else if (!starts) {
      restartLater();
    } else {
      try {
        mend(found.damage());
      } catch (DiskException e) {
        onDiskFailure(e);
      }
    }
  }

  private void mend(WalDamage damage) throws DiskException {
    if (!mutation.world().repairsDamage()) {
      cut(damage);
      restartLater();
      return;
    }
    WalConfig wal = walConfig();
    switch (Salvage.read(disk, wal, NodeLog.GROUP, stored.at())) {
      case Salvage.Verdict.Lost(var lost) -> {
        trace("is lost: " + lost.text());
        host.onLost(endpoint);
        damaged = true;
      }
      case Salvage.Verdict.Repairable(var log, _) -> {
        trace("repairs its log: " + log.holes());
        mending = new Mending(this, lives, wal, log);
        repaired = true; // Once it is whole, and it cannot start before.
      }
    }
  }

  /** What nobody may do: the damage and all behind it is cut off as if it had been torn. */
  private void cut(WalDamage damage) throws DiskException {
    for (String file : disk.list()) {
      int order = file.compareTo(damage.segment());
      if (file.startsWith("wal-0") && order >= 0) {
        long from = order == 0 ? damage.offset() : 0;
        disk.write(file, from, Bytes.wrap(new byte[(int) (disk.size(file) - from)]));
        disk.sync(file);
      }
    }
  }

  void pause() {
    paused = isUp();
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
    if (!isUp() || (ofLife != 0 && ofLife != lives)) {
      return;
    }
    if (paused) {
      deferred.add(event);
      return;
    }
    try {
      if (mending != null) {
        mending.onEvent(event);
        if (mending.isDone()) {
          mending = null;
          begin();
        }
      } else if (life != null) {
        life.onEvent(event);
        stopIfRemoved();
      }
    } catch (DiskException e) {
      onDiskFailure(e);
    } catch (NodeLog.DamagedException e) {
      onDamage(e);
    }
  }
}
