package org.volvox.worlds.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.crdt.Atom;
import org.volvox.crdt.AtomKey;
import org.volvox.crdt.Change;
import org.volvox.crdt.Dot;
import org.volvox.crdt.Kind;
import org.volvox.crdt.Message;
import org.volvox.crdt.Replica;
import org.volvox.crdt.ReplicaConfig;
import org.volvox.crdt.ReplicaEffect;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.ReplicaInput;
import org.volvox.crdt.ReplicaRules;
import org.volvox.crdt.Versions;
import org.volvox.sim.Digest;
import org.volvox.sim.EventQueue;
import org.volvox.sim.Trace;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.fault.FaultPlan;
import org.volvox.sim.net.NetworkOptions;
import org.volvox.sim.net.VirtualNetwork;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;
import org.volvox.worlds.seed.Tally;
import org.volvox.worlds.seed.Violation;

/**
 * Runs one seed: changes and reads under faults, then all is healed, and after a while all replicas
 * have applied the same, what was acknowledged among it, and nothing is left of what was removed.
 * Never throws for what it finds.
 */
public final class CrdtWorld implements CrdtNode.World {
  private static final int FAULTS_MICROS = 20_000_000;
  private static final int FAULTS_EVENTS = 6_000;
  private static final int MERGE_MICROS = 120_000_000;
  private static final int TICK_MICROS = 200_000;

  private final Prng prng;
  private final EventQueue<Event> queue = new EventQueue<>();
  private final List<CrdtNode> nodes = new ArrayList<>();
  private final VirtualNetwork network;
  private final Trace trace;
  private final Digest digest = new Digest();
  private final Tally<CrdtCount> tally = new Tally<>(List.of(CrdtCount.values()));
  private final ChangeHistory history = new ChangeHistory();
  private final Map<Long, AtomKey> looked = new TreeMap<>();
  private final int syncMicros;
  private final int thinkMicros;
  private final int keys;
  private long asked;
  private boolean healed;

  private sealed interface Event {
    record Deliver(CrdtNode from, NodeId to, int life, Message message) implements Event {}

    record Synced(CrdtNode node, int life, long write) implements Event {}

    record Tick(CrdtNode node) implements Event {}

    /** A client changes or reads something. */
    record Act() implements Event {}

    record Faulty(Fault fault) implements Event {}
  }

  private CrdtWorld(int seed, ReplicaRules rules, Trace trace) {
    this.trace = trace;
    prng = new Prng(seed);
    int[] sizes = {2, 3, 3, 3, 4, 5};
    int size = sizes[prng.below(sizes.length)];
    network = new VirtualNetwork(size, NetworkOptions.draw(prng), prng.fork());
    syncMicros = prng.between(50, 20_000);
    thinkMicros = prng.between(1_000, 100_000);
    keys = prng.between(1, 4);
    ReplicaConfig config =
        new ReplicaConfig(
            new ReplicaId(0),
            prng.between(100, 3_000),
            prng.below(2) == 0 ? prng.between(3, 60) : 1_000_000,
            prng.between(5, 100));
    for (int i = 0; i < size; i++) {
      nodes.add(new CrdtNode(i, config, rules, prng.between(-5_000, 5_000), this));
    }
    FaultPlan.draw(prng.fork(), size, FAULTS_MICROS)
        .faults()
        .forEach(timed -> queue.schedule(timed.atMicros(), new Event.Faulty(timed.fault())));
  }

  public static Outcome<CrdtCount> run(int seed, ReplicaRules rules) {
    return run(seed, rules, Integer.MAX_VALUE, Trace.off());
  }

  /** Runs at most {@code until} steps; the trace gets a line for each and for what came of it. */
  public static Outcome<CrdtCount> run(int seed, ReplicaRules rules, int until, Trace trace) {
    CrdtWorld world = new CrdtWorld(seed, rules, trace);
    Optional<Outcome.Failure> failure = Optional.empty();
    try {
      world.run(until);
    } catch (Violation violation) {
      String mutant = rules instanceof CrdtMutant broken ? broken.id() : "";
      failure = Optional.of(violation.failure("crdt", seed, mutant));
    }
    world.mixEnd();
    int micros = world.queue.nowMicros();
    long steps = world.tally.get(CrdtCount.EVENTS);
    return new Outcome<>(seed, steps, world.tally, micros, world.digest.hex(), failure);
  }

  /** Many seeds by all rules, with what must happen in them. */
  public static Campaign<CrdtCount> campaign() {
    return new Campaign<>(
        seed -> run(seed, ReplicaRules.PAPER),
        new Tally<>(List.of(CrdtCount.values())),
        List.of(
            new Campaign.Floor<>(CrdtCount.DONE, 50, 1),
            new Campaign.Floor<>(CrdtCount.READS, 50, 1),
            new Campaign.Floor<>(CrdtCount.CONFLICTS, 1, 1),
            new Campaign.Floor<>(CrdtCount.CRASHES, 1, 1),
            new Campaign.Floor<>(CrdtCount.WIPES, 1, 8),
            new Campaign.Floor<>(CrdtCount.LOST, 1, 20),
            new Campaign.Floor<>(CrdtCount.ADOPTED, 1, 4)));
  }

  private void run(int until) {
    nodes.forEach(CrdtNode::start);
    nodes.forEach(node -> later(TICK_MICROS, new Event.Tick(node)));
    later(thinkMicros, new Event.Act());
    while (tally.get(CrdtCount.EVENTS) < until && !isOver()) {
      if (!healed
          && (queue.nowMicros() >= FAULTS_MICROS || tally.get(CrdtCount.EVENTS) >= FAULTS_EVENTS)) {
        heal();
      }
      if (queue.nowMicros() > FAULTS_MICROS + MERGE_MICROS) {
        throw new Violation("Converges", "after the healing there is " + standing());
      }
      dispatch(queue.next());
    }
  }

  private String standing() {
    return nodes.stream()
        .map(node -> node + " with " + node.pairs() + " pairs and " + base(node))
        .toList()
        .toString();
  }

  /** All have applied the same, show it, and have tidied up. */
  private boolean isOver() {
    if (!healed) {
      return false;
    }
    Versions first = base(nodes.getFirst());
    if (nodes.stream().anyMatch(node -> !base(node).equals(first))) {
      return false;
    }
    history
        .missing(first)
        .ifPresent(dot -> {
          throw new Violation("NothingLost", dot + " was acknowledged, all have " + first);
        });
    List<Atom> live = live();
    if (nodes.stream().anyMatch(node -> node.pairs() > live.size() + 1)) {
      return false; // Something of what is removed is there, or a log.
    }
    judge(first);
    digest.mix(live.toString());
    return true;
  }

  private static Versions base(CrdtNode node) {
    return node.core().map(Replica::base).orElse(Versions.NONE);
  }

  private List<Atom> live() {
    return nodes.getFirst().core().stream()
        .flatMap(core -> history.keys().stream().map(core::peek))
        .filter(atom -> !atom.live().isEmpty())
        .toList();
  }

  private void judge(Versions base) {
    for (AtomKey key : history.keys()) {
      for (CrdtNode node : nodes) {
        node.core()
            .ifPresent(core -> history.checkRead(node.toString(), key, core.peek(key), base));
      }
    }
  }

  private void tell(String who, Object what) {
    if (trace.isOn()) {
      int step = (int) tally.get(CrdtCount.EVENTS);
      trace.add(step, queue.nowMicros(), who, what.toString());
    }
  }

  private void heal() {
    healed = true;
    network.healAll();
    network.options(NetworkOptions.CALM);
    for (CrdtNode node : nodes) {
      node.resume();
      node.start();
    }
  }

  private void dispatch(Event event) {
    tally.count(CrdtCount.EVENTS);
    digest.mix(queue.nowMicros());
    tell("*", event);
    switch (event) {
      case Event.Deliver(var from, var to, var life, var message) -> {
        CrdtNode node = nodes.get(to.value() - 1);
        if (!network.isCut(from.endpoint, node.endpoint)) {
          node.feed(new ReplicaInput.Received(from.id, message, node.wallTime()));
        }
      }
      case Event.Synced(var node, var life, var write) -> node.synced(life, write);
      case Event.Tick(var node) -> {
        node.feed(new ReplicaInput.Tick());
        later(2 * TICK_MICROS, event);
      }
      case Event.Act() -> {
        if (!healed) {
          act();
          later(2 * thinkMicros, event);
        }
      }
      case Event.Faulty(var fault) -> {
        if (!healed) {
          strike(fault);
        }
      }
    }
  }

  private void strike(Fault fault) {
    switch (fault) {
      case Fault.Crash(var machine) -> crash(machine);
      case Fault.SyncFails(var machine) -> crash(machine);
      case Fault.Restart(var machine) -> nodes.get(machine).start();
      case Fault.Pause(var machine) -> nodes.get(machine).pause();
      case Fault.Resume(var machine) -> nodes.get(machine).resume();
      case Fault.Partition(var left, var right) -> network.partition(left, right);
      case Fault.CutOneWay(var from, var to) -> network.cutOneWay(from, to);
      case Fault.Heal() -> network.healAll();
      case Fault.Rejoin(var machine) -> network.rejoin(machine);
      case Fault.Wipe(var machine) -> wipe(machine);
      case Fault.DiskFull _, Fault.BitFlip _, Fault.Misdirected _ -> {
        // A store that is not what it was is the shell's concern.
      }
    }
  }

  private void crash(int machine) {
    if (nodes.get(machine).core().isPresent()) {
      tally.count(CrdtCount.CRASHES);
      nodes.get(machine).crash();
    }
  }

  private void wipe(int machine) {
    CrdtNode node = nodes.get(machine);
    if (node.core().isPresent()) {
      tally.count(CrdtCount.WIPES);
      node.wipe();
      int gone = history.lost(durable());
      for (int i = 0; i < gone; i++) {
        tally.count(CrdtCount.LOST);
      }
      node.start();
    }
  }

  private Versions durable() {
    return nodes.stream().map(CrdtNode::durable).reduce(Versions.NONE, Versions::merge);
  }

  @Override
  public void started(CrdtNode node, Replica core) {
    long others =
        nodes.stream()
            .filter(other -> other != node)
            .mapToLong(other -> base(other).count(core.id()))
            .max()
            .orElse(0);
    history.cameBack(core.id(), core.base().count(core.id()), others);
  }

  private void later(int atMost, Event event) {
    queue.schedule(queue.nowMicros() + prng.between(1, Math.max(1, atMost)), event);
  }

  private void act() {
    CrdtNode node = nodes.get(prng.below(nodes.size()));
    if (node.isServing()) {
      node.core().ifPresent(core -> act(node, core));
    }
  }

  private void act(CrdtNode node, Replica core) {
    AtomKey key = key();
    long id = ++asked;
    if (prng.below(2) == 0) {
      looked.put(id, key);
      node.feed(new ReplicaInput.Look(id, key));
      return;
    }
    Change change = change(key.kind());
    Versions before = core.base();
    node.feed(new ReplicaInput.Do(id, key, change, node.wallTime()));
    long count = core.base().count(core.id());
    if (count > before.count(core.id())) {
      Dot dot = new Dot(core.id(), count);
      history.made(dot, key, change, before, core.peek(key));
    }
  }

  private AtomKey key() {
    Kind[] kinds = Kind.values();
    Kind kind = kinds[prng.below(kinds.length)];
    boolean hasParts = kind == Kind.ELEMENT || kind == Kind.FIELD;
    return new AtomKey(
        1, bytes(prng.below(keys)), kind, hasParts ? bytes(prng.below(2)) : Bytes.EMPTY);
  }

  private static Bytes bytes(int value) {
    return Bytes.wrap(new byte[] {(byte) value});
  }

  private Change change(Kind kind) {
    return switch (kind) {
      case REGISTER, FIELD ->
          prng.below(3) == 0 ? new Change.Erase() : new Change.Put(bytes(prng.below(100)));
      case ELEMENT, FLAG -> prng.below(2) == 0 ? new Change.Erase() : new Change.Mark();
      case COUNTER -> prng.below(6) == 0 ? new Change.Reset() : new Change.Add(prng.between(-3, 5));
    };
  }

  @Override
  public void run(CrdtNode node, ReplicaEffect effect) {
    tell(node.id.toString(), effect);
    switch (effect) {
      case ReplicaEffect.Flush(var write) ->
          queue.schedule(
              queue.nowMicros() + syncMicros, new Event.Synced(node, node.incarnation(), write));
      case ReplicaEffect.Done(_, var dot, var base) -> {
        tally.count(CrdtCount.DONE);
        dot.ifPresent(history::acknowledged);
        history.checkCauses(node.toString(), base);
      }
      case ReplicaEffect.Seen(var id, var atom, var base) -> seen(node, id, atom, base);
      case ReplicaEffect.Found _ -> {}
      case ReplicaEffect.Refused(_, var why) -> throw new Violation("Refused", why);
      case ReplicaEffect.Send(var to, var message) -> send(node, to, message);
    }
  }

  private void seen(CrdtNode node, long id, Atom atom, Versions base) {
    @Nullable AtomKey key = looked.remove(id);
    if (key == null) {
      return;
    }
    tally.count(CrdtCount.READS);
    if (atom.live().size() > 1 && key.kind() != Kind.COUNTER) {
      tally.count(CrdtCount.CONFLICTS);
    }
    history.checkCauses(node.toString(), base);
    history.checkRead(node.toString(), key, atom, base);
  }

  private void send(CrdtNode node, NodeId to, Message message) {
    if (message instanceof Message.Behind) {
      tally.count(CrdtCount.BEHIND);
    }
    if (message instanceof Message.Range range && range.part().to().isEmpty()) {
      tally.count(CrdtCount.ADOPTED);
    }
    for (int at : network.send(node.endpoint, to.value() - 1, queue.nowMicros())) {
      queue.schedule(at, new Event.Deliver(node, to, node.incarnation(), message));
    }
  }

  @Override
  public int nowMicros() {
    return queue.nowMicros();
  }

  @Override
  public List<NodeId> peers(CrdtNode node) {
    return nodes.stream().filter(other -> other != node).map(other -> other.id).toList();
  }

  private void mixEnd() {
    nodes.forEach(node -> digest.mix(node.incarnation()));
    nodes.forEach(node -> digest.mix(base(node).toString()));
    digest.mix(tally.toString());
  }
}
