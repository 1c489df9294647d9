package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.Membership;
import org.volvox.sim.Digest;
import org.volvox.sim.EventQueue;
import org.volvox.sim.Trace;
import org.volvox.sim.VirtualClock;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.fault.FaultAtlas;
import org.volvox.sim.history.History;
import org.volvox.sim.net.VirtualNetwork;

/**
 * Machines, clients, the network between them and the queue of what happens next. It decides
 * nothing: {@link RaftWorld} and {@link ScenarioRunner} take events from the queue and hand them
 * back to {@link #dispatch}.
 */
final class Cluster implements Host {
  /** A drift beyond every bound that leases allow for. */
  private static final int RUNAWAY_NANOS = 400;

  private static final int GONE_MICROS_MAX = 20_000;

  private final WorldOptions options;
  private final Prng prng;
  private final Trace trace;
  private final Stats stats = new Stats();
  private final Digest digest = new Digest();
  private final Oracles oracles;
  private final History history = new History();
  private final Frames frames;
  private final EventQueue<Event> queue = new EventQueue<>();
  private final VirtualNetwork network;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final List<NodeId> leadersOfLate = new ArrayList<>();
  private final FaultAtlas atlas = new FaultAtlas();
  private final Operator operator;
  private final int machines;
  private boolean hunting;
  private int steps;

  /** Who looks on: a line for each step, and whether sends and receives are kept. */
  record Watch(Trace trace, boolean captures) {
    static Watch by(Trace trace) {
      return new Watch(trace, false);
    }
  }

  Cluster(WorldOptions options, Mutation mutation, Prng prng, Watch watch) {
    this.options = options;
    this.prng = prng;
    this.trace = watch.trace();
    // A scenario has a client of its own behind the others.
    machines = options.machines();
    frames = new Frames(machines + options.clients() + 1, watch.captures());
    hunting = options.huntMicros() > 0;
    oracles = new Oracles(stats, digest, mutation.world());
    network = new VirtualNetwork(machines + options.clients(), options.network(), prng.fork());
    List<NodeId> voters = new ArrayList<>();
    for (int i = 0; i < options.nodes(); i++) {
      voters.add(new NodeId(i + 1));
    }
    for (int i = 0; i < machines; i++) {
      Membership initial = i < options.nodes() ? Membership.of(voters) : Membership.EMPTY;
      nodes.add(
          new SimNode(
              i,
              options.raftConfig(new NodeId(i + 1), initial),
              options,
              mutation,
              new SimNode.Setup(this, prng.fork(), drawClock(mutation))));
    }
    nodes.subList(0, options.nodes()).forEach(SimNode::arrive);
    oracles.watch(nodes);
    operator = new Operator(this, options.growth().churnMicros(), prng.fork());
    for (int i = 0; i < options.clients(); i++) {
      clients.add(new Client(machines + i, options, this, history, prng.fork()));
    }
  }

  private VirtualClock drawClock(Mutation mutation) {
    if (!mutation.world().boundsDrift()) {
      return new VirtualClock(0, nodes.isEmpty() ? 1_000 - RUNAWAY_NANOS : 1_000 + RUNAWAY_NANOS);
    }
    int drift = options.driftNanosMax();
    return drift == 0
        ? VirtualClock.EXACT
        : new VirtualClock(prng.below(1_000_000_000), 1_000 + prng.between(-drift, drift));
  }

  void start() {
    nodes.forEach(SimNode::start);
    clients.forEach(Client::start);
    operator.start();
  }

  EventQueue<Event> queue() {
    return queue;
  }

  VirtualNetwork network() {
    return network;
  }

  List<SimNode> nodes() {
    return nodes;
  }

  List<Client> clients() {
    return clients;
  }

  History history() {
    return history;
  }

  /** All sends and receives so far, if they are captured. */
  List<org.volvox.base.event.Event> captured() {
    return frames.captured();
  }

  Digest digest() {
    return digest;
  }

  int steps() {
    return steps;
  }

  @Override
  public int nowMicros() {
    return queue.nowMicros();
  }

  @Override
  public void schedule(int delayMicros, Event event) {
    queue.schedule(queue.nowMicros() + delayMicros, event);
  }

  @Override
  public void send(int from, int to, Packet packet, LamportTime clock) {
    boolean betweenNodes = from < machines && to < machines;
    int[] arrivals =
        betweenNodes
            ? network.send(from, to, nowMicros())
            : network.sendOnce(from, to, nowMicros());
    EventStamp stamp = frames.sent(from, clock);
    for (int at : arrivals) {
      queue.schedule(at, new Event.Deliver(from, to, packet, stamp, lifeOf(from)));
    }
  }

  @Override
  public void received(int endpoint, LamportTime clock, EventStamp sent) {
    frames.received(endpoint, clock, sent);
  }

  @Override
  public Oracles oracles() {
    return oracles;
  }

  /** Leaders are left alone from now on. */
  void stopHunting() {
    hunting = false;
  }

  /**
   * The paper's figure 8 needs leaders that fall within milliseconds of an election or a commit,
   * again and again; faults that do not know who leads come to that too rarely.
   */
  @Override
  public void onDecision(int endpoint, boolean elected) {
    if (elected) {
      leadersOfLate.remove(nodes.get(endpoint).id());
      leadersOfLate.addFirst(nodes.get(endpoint).id());
      while (leadersOfLate.size() > 2) {
        leadersOfLate.removeLast();
      }
    }
    if (!hunting || (elected ? prng.below(4) == 0 : prng.below(4) != 0)) {
      return;
    }
    int within = elected ? options.huntMicros() : 1 + options.huntMicros() / 4;
    int at = nowMicros() + prng.between(1, within);
    int after = at + prng.between(1, 300_000);
    switch (prng.below(6)) {
      case 0 -> strike(at, new Fault.Pause(endpoint), after, new Fault.Resume(endpoint));
      case 1, 2 -> strike(at, new Fault.Crash(endpoint), after, new Fault.Restart(endpoint));
      default -> {
        // The newest leader goes, at once or soon, and the one that was cut off before it is back.
        int cutAt = prng.below(2) == 0 ? nowMicros() : at;
        int others = ((1 << machines) - 1) & ~(1 << endpoint);
        queue.schedule(cutAt, new Event.Faulty(new Fault.Heal()));
        strike(
            cutAt,
            new Fault.Partition(1 << endpoint, others),
            cutAt + prng.between(1, 3_000_000),
            new Fault.Heal());
      }
    }
  }

  private void strike(int atMicros, Fault fault, int afterMicros, Fault end) {
    queue.schedule(atMicros, new Event.Faulty(fault));
    queue.schedule(afterMicros, new Event.Faulty(end));
  }

  @Override
  public Stats stats() {
    return stats;
  }

  @Override
  public boolean isTracing() {
    return trace.isOn();
  }

  @Override
  public void trace(String who, String what) {
    trace.add(steps, nowMicros(), who, what);
  }

  /** Lets the event happen: one step of the world. */
  void dispatch(Event event) {
    steps++;
    digest.mix(nowMicros());
    if (trace.isOn()) {
      trace(name(event), event.toString());
    }
    switch (event) {
      case Event.Deliver deliver -> deliver(deliver);
      case Event.Timer(var node, var life) -> toNode(1, node, life, event);
      case Event.Synced(var node, var life) -> toNode(2, node, life, event);
      case Event.Apply(var node, var life) -> toNode(3, node, life, event);
      case Event.LogRead(var node, var life, _) -> toNode(4, node, life, event);
      case Event.Gone(var node, var life, _) -> toNode(5, node, life, event);
      case Event.ProposeQueued(var node, var life) -> toNode(6, node, life, event);
      case Event.FetchTick(var node, var life, _, _) -> toNode(9, node, life, event);
      case Event.Staged(var node, var life, _) -> toNode(10, node, life, event);
      case Event.Swap(var node, var life, _) -> toNode(11, node, life, event);
      case Event.RepairTimer(var node, var life) -> toNode(13, node, life, event);
      case Event.Operate _ -> {
        digest.mix(12);
        operator.onTick();
      }
      case Event.ClientTick tick -> {
        digest.mix(7 << 8 | tick.client());
        clients.get(tick.client() - machines).onTick(tick);
      }
      case Event.Faulty(var fault) -> {
        digest.mix(8);
        inject(fault);
      }
    }
  }

  private String name(Event event) {
    return switch (event) {
      case Event.Deliver(_, var to, _, _, _) -> who(to);
      case Event.Timer(var node, _) -> who(node);
      case Event.Synced(var node, _) -> who(node);
      case Event.Apply(var node, _) -> who(node);
      case Event.LogRead(var node, _, _) -> who(node);
      case Event.Gone(var node, _, _) -> who(node);
      case Event.ProposeQueued(var node, _) -> who(node);
      case Event.FetchTick(var node, _, _, _) -> who(node);
      case Event.Staged(var node, _, _) -> who(node);
      case Event.Swap(var node, _, _) -> who(node);
      case Event.RepairTimer(var node, _) -> who(node);
      case Event.Operate _ -> "op";
      case Event.ClientTick(var client, _) -> who(client);
      case Event.Faulty _ -> "--";
    };
  }

  private String who(int endpoint) {
    return endpoint < machines ? "n" + (endpoint + 1) : "c" + (endpoint - machines + 1);
  }

  private void toNode(int kind, int node, int life, Event event) {
    digest.mix(kind << 8 | node);
    nodes.get(node).onEvent(event, life);
  }

  private void deliver(Event.Deliver deliver) {
    digest.mix(deliver.from() << 8 | deliver.to());
    digest.mix(deliver.stamp().clock().ticks());
    if (network.isCut(deliver.from(), deliver.to()) || diedWithItsSender(deliver)) {
      network.droppedOnTheWay();
    } else if (deliver.to() < machines) {
      nodes.get(deliver.to()).onEvent(deliver, 0);
    } else if (deliver.packet() instanceof Packet.Answer answer) {
      digest.mix(answer.ticket().request());
      clients.get(deliver.to() - machines).onAnswer(answer, deliver.stamp());
    }
  }

  private int lifeOf(int endpoint) {
    return endpoint < machines ? nodes.get(endpoint).lives() : 0;
  }

  /** What a dead machine had sent was partly still in its own buffers. */
  private boolean diedWithItsSender(Event.Deliver deliver) {
    int from = deliver.from();
    return from < machines
        && !(nodes.get(from).isUp() && deliver.life() == lifeOf(from))
        && prng.below(2) == 0;
  }

  void inject(Fault fault) {
    stats.coverage().count(fault);
    switch (fault) {
      case Fault.Crash(var machine) -> crash(nodes.get(machine));
      case Fault.Restart(var machine) -> nodes.get(machine).start();
      case Fault.Pause(var machine) -> {
        stats.pauses++;
        nodes.get(machine).pause();
      }
      case Fault.Resume(var machine) -> nodes.get(machine).resume();
      case Fault.Partition(var left, var right) -> {
        stats.partitions++;
        network.partition(left, right);
      }
      case Fault.CutOneWay(var from, var to) -> {
        stats.partitions++;
        network.cutOneWay(from, to);
      }
      case Fault.Heal _ -> network.healAll();
      case Fault.Rejoin(var machine) -> network.rejoin(machine);
      case Fault.DiskFull(var machine, var full) -> nodes.get(machine).disk().full(full);
      case Fault.SyncFails(var machine) -> nodes.get(machine).disk().failSyncs(1);
      case Fault.BitFlip(var machine) -> rot(nodes.get(machine));
      case Fault.Misdirected(var machine) -> {
        if (mayRuin(machine)) {
          stats.misdirected += nodes.get(machine).disk().misdirect(prng) ? 1 : 0;
        }
      }
      case Fault.Wipe(var machine) -> {
        if (mayRuin(machine)) {
          stats.wipes++;
          nodes.get(machine).wipe();
        }
      }
    }
  }

  /** Any machine may lose what others have; what they do not have, only a minority. */
  private void rot(SimNode node) {
    if (!node.disk().rot(prng)) {
      return;
    }
    if (voterSets().size() == 1 && Copies.suffice(this)) {
      atlas.hurt(node.endpoint());
      stats.hurts++;
    } else if (!mayRuin(node.endpoint())) {
      node.disk().unrot();
      return;
    }
    stats.bitFlips++;
  }

  private boolean mayRuin(int machine) {
    return atlas.ruin(machine, voterSets());
  }

  /** The voters of every membership that may be, or come to be, in force somewhere. */
  List<Integer> voterSets() {
    Set<Integer> sets = new LinkedHashSet<>();
    add(sets, oracles.members());
    for (SimNode node : nodes) {
      node.durable().allMembers().forEach(members -> add(sets, members));
      node.life().ifPresent(life -> life.memory().allMembers().forEach(next -> add(sets, next)));
    }
    return List.copyOf(sets);
  }

  private static void add(Set<Integer> sets, Membership members) {
    if (!members.members().isEmpty()) {
      sets.add(mask(members.oldVoters()));
      sets.add(mask(members.newVoters()));
    }
  }

  private static int mask(List<NodeId> ids) {
    int mask = 0;
    for (NodeId id : ids) {
      mask |= 1 << (id.value() - 1);
    }
    return mask;
  }

  @Override
  public List<NodeId> entryNodes() {
    return oracles.members().members().stream().map(Member::id).toList();
  }

  @Override
  public List<NodeId> leadersOfLate() {
    return leadersOfLate;
  }

  /** Whether a machine may have lost for good what was synced. */
  boolean isRuined(int endpoint) {
    return atlas.isRuined(endpoint);
  }

  /** Whether any machine needs what others have. */
  boolean isAnyHurt() {
    return atlas.isAnyHurt();
  }

  @Override
  public boolean isDamaged(int endpoint) {
    return atlas.isDamaged(endpoint);
  }

  @Override
  public void mended(int endpoint) {
    atlas.mended(endpoint);
  }

  @Override
  public void onLost(int endpoint) {
    if (!atlas.isRuined(endpoint)) {
      throw new Violation("Repairable", nodes.get(endpoint).id() + " gives its log up");
    }
  }

  /** The others' connections to a machine that died are mostly reset, unless they are cut. */
  private void crash(SimNode victim) {
    if (!victim.isUp()) {
      return;
    }
    victim.crash();
    for (SimNode other : nodes) {
      if (other.isUp()
          && !network.isCut(victim.endpoint(), other.endpoint())
          && prng.below(2) == 0) {
        schedule(
            prng.below(GONE_MICROS_MAX),
            new Event.Gone(other.endpoint(), other.lives(), victim.id()));
      }
    }
  }
}
