package org.volvox.worlds.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.crdt.Replica;
import org.volvox.crdt.ReplicaConfig;
import org.volvox.crdt.ReplicaEffect;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.ReplicaInput;
import org.volvox.crdt.ReplicaRules;
import org.volvox.crdt.Versions;

/** A machine with the real core, a disk that keeps what was synced, and a wall clock of its own. */
final class CrdtNode {
  final NodeId id;
  final int endpoint;
  private final ReplicaRules rules;
  private final World world;
  private final ReplicaConfig config;
  private final List<ReplicaInput> missed = new ArrayList<>();
  private MemoryStore store = new MemoryStore();
  private @Nullable Replica core;
  private int incarnation;
  private int disks;
  private boolean paused;

  /** How far its wall clock is off. */
  private final int skewMillis;

  /** What a machine wants of the world. */
  interface World {
    void run(CrdtNode node, ReplicaEffect effect);

    int nowMicros();

    List<NodeId> peers(CrdtNode node);

    /** It is there again, with what its disk has. */
    void started(CrdtNode node, Replica core);
  }

  CrdtNode(int endpoint, ReplicaConfig config, ReplicaRules rules, int skewMillis, World world) {
    this.endpoint = endpoint;
    this.id = new NodeId(endpoint + 1);
    this.config = config;
    this.rules = rules;
    this.skewMillis = skewMillis;
    this.world = world;
  }

  /** Empty while it is down. */
  Optional<Replica> core() {
    return Optional.ofNullable(core);
  }

  boolean isServing() {
    return core != null && !paused;
  }

  /** Which life this is: what was on its way to an earlier one is for nobody. */
  int incarnation() {
    return incarnation;
  }

  WallTime wallTime() {
    return new WallTime(10_000_000L + skewMillis + world.nowMicros() / 1000);
  }

  void start() {
    if (core != null) {
      return;
    }
    incarnation++;
    ReplicaId fresh = new ReplicaId(endpoint + 1 + (rules.takesNewId() ? 100L * disks : 0));
    Replica started =
        new Replica(
            new ReplicaConfig(fresh, config.answerBytesMax(), config.logMax(), config.tidyMax()),
            rules,
            store);
    core = started;
    world.started(this, started);
    feed(new ReplicaInput.Peers(world.peers(this)));
  }

  void crash() {
    if (core != null) {
      core.close();
    }
    core = null;
    paused = false;
    missed.clear();
    store = store.afterCrash();
  }

  void wipe() {
    crash();
    store = new MemoryStore();
    disks++;
  }

  void pause() {
    paused = core != null;
  }

  void resume() {
    paused = false;
    List<ReplicaInput> all = List.copyOf(missed);
    missed.clear();
    all.forEach(this::feed);
  }

  void feed(ReplicaInput input) {
    Replica to = core;
    if (to == null) {
      return;
    }
    if (paused) {
      missed.add(input);
    } else {
      to.step(input, effect -> world.run(this, effect));
    }
  }

  /** A write of that life is durable. */
  void synced(int life, long write) {
    if (life == incarnation && core != null) {
      store.flush();
      feed(new ReplicaInput.Flushed(write));
    }
  }

  /** What a crash would leave of what it has applied. */
  Versions durable() {
    return new Replica(config, rules, store.afterCrash()).base();
  }

  /** How many pairs its disk holds. */
  int pairs() {
    return store.size();
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
