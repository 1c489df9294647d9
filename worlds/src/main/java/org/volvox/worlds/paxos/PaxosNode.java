package org.volvox.worlds.paxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.consensus.paxos.AcceptorState;
import org.volvox.consensus.paxos.Durable;
import org.volvox.consensus.paxos.Paxos;
import org.volvox.consensus.paxos.PaxosConfig;
import org.volvox.consensus.paxos.PaxosEffect;
import org.volvox.consensus.paxos.PaxosInput;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.consensus.paxos.Standing;

/** A machine with the real core, and a disk that keeps what was synced. */
final class PaxosNode {
  final NodeId id;
  final int endpoint;
  private final PaxosRules rules;
  private final World world;
  private final Disk disk = new Disk();
  private final ArrayDeque<PaxosEffect.Persist> writes = new ArrayDeque<>();
  private final List<PaxosInput> missed = new ArrayList<>();
  private final Prng prng;
  private @Nullable Paxos core;
  private int incarnation;
  private boolean paused;

  /** The earliest timer that is set; empty if none is. */
  private Optional<MonoTime> timerAt = Optional.empty();

  /** What a machine wants of the world. */
  interface World {
    MonoTime now();

    void run(PaxosNode node, PaxosEffect effect);

    /** The oldest write will be durable in a while. */
    void sync(PaxosNode node);

    void wake(PaxosNode node, MonoTime at);

    void violated(String property, String what);
  }

  private static final class Disk implements Durable {
    final TreeMap<Bytes, AcceptorState> states = new TreeMap<>();
    Standing standing = Standing.NEW;

    @Override
    public Optional<AcceptorState> state(Bytes key) {
      return Optional.ofNullable(states.get(key));
    }

    @Override
    public Standing standing() {
      return standing;
    }

    @Override
    public List<Bytes> keys(Optional<Bytes> after, int limit) {
      var behind = after.isEmpty() ? states : states.tailMap(after.get(), false);
      return behind.keySet().stream().limit(limit).toList();
    }
  }

  PaxosNode(int endpoint, PaxosRules rules, Prng prng, World world) {
    this.endpoint = endpoint;
    this.id = new NodeId(endpoint + 1);
    this.rules = rules;
    this.prng = prng;
    this.world = world;
  }

  boolean isUp() {
    return core != null;
  }

  /** Which life this is: what was on its way to an earlier one is for nobody. */
  int incarnation() {
    return incarnation;
  }

  /** The epoch that it has heard of, on its disk at least. */
  long epoch() {
    return disk.standing.acceptors().epoch();
  }

  void start() {
    if (core == null) {
      incarnation++;
      core = new Paxos(PaxosConfig.of(id, incarnation), rules, prng.fork(), disk);
    }
  }

  void crash() {
    core = null;
    paused = false;
    timerAt = Optional.empty();
    writes.clear();
    missed.clear();
  }

  void pause() {
    paused = core != null;
  }

  void resume() {
    paused = false;
    List<PaxosInput> all = List.copyOf(missed);
    missed.clear();
    all.forEach(this::feed);
  }

  void feed(PaxosInput input) {
    if (core == null) {
      return;
    }
    if (paused) {
      missed.add(input);
      return;
    }
    core.step(input, this::run);
    core.nextDeadline()
        .filter(at -> timerAt.isEmpty() || at.isBefore(timerAt.get()))
        .ifPresent(at -> {
          timerAt = Optional.of(at);
          world.wake(this, at);
        });
  }

  private void run(PaxosEffect effect) {
    if (effect instanceof PaxosEffect.Persist write) {
      writes.add(write);
      world.sync(this);
    } else {
      world.run(this, effect);
    }
  }

  /** The oldest write has reached the disk. */
  void synced() {
    PaxosEffect.@Nullable Persist write = writes.poll();
    if (write != null) {
      store(write.update());
      write.thenSend().forEach(send -> world.run(this, send));
      feed(new PaxosInput.Persisted(write.write(), world.now()));
    }
  }

  private void store(PaxosEffect.Update update) {
    switch (update) {
      case PaxosEffect.Update.Put(var key, var state) -> {
        @Nullable AcceptorState before = disk.states.put(key, state);
        boolean falls =
            before != null
                && (state.promised().isBelow(before.promised())
                    || state.accepted().isBelow(before.accepted()));
        if (falls) {
          world.violated("PromisesKept", id + " had " + before + ", has " + state);
        }
      }
      case PaxosEffect.Update.Erase(var key, var standing) -> {
        disk.states.remove(key);
        stand(standing);
      }
      case PaxosEffect.Update.Clear(var standing) -> {
        disk.states.clear();
        stand(standing);
      }
      case PaxosEffect.Update.Stand(var standing) -> stand(standing);
    }
  }

  private void stand(Standing next) {
    if (next.acceptors().epoch() < epoch()) {
      world.violated("EpochsGrow", id + " had " + disk.standing + ", has " + next);
    }
    disk.standing = next;
  }

  @Override
  public String toString() {
    return id.toString();
  }

  void timer() {
    timerAt = Optional.empty();
    feed(new PaxosInput.TimerFired(world.now()));
  }
}
