package org.volvox.worlds.paxos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.consensus.paxos.Acceptors;
import org.volvox.consensus.paxos.Ballot;
import org.volvox.consensus.paxos.Change;
import org.volvox.consensus.paxos.PaxosEffect;
import org.volvox.consensus.paxos.PaxosInput;
import org.volvox.consensus.paxos.PaxosMessage;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.consensus.paxos.Query;
import org.volvox.consensus.paxos.Register;
import org.volvox.consensus.paxos.RequestId;
import org.volvox.sim.Digest;
import org.volvox.sim.EventQueue;
import org.volvox.sim.Trace;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.fault.FaultPlan;
import org.volvox.sim.history.LinearizabilityChecker;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.Verdict;
import org.volvox.sim.net.NetworkOptions;
import org.volvox.sim.net.VirtualNetwork;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;
import org.volvox.worlds.seed.Tally;
import org.volvox.worlds.seed.Violation;

/**
 * Runs one seed: faults while the acceptors change and registers are erased, then all is healed and
 * every client must be served and every change of acceptors end, then the history of each register
 * must be linearizable. Never throws for what it finds.
 */
public final class PaxosWorld implements PaxosNode.World {
  private static final int FAULTS_MICROS = 30_000_000;
  private static final int FAULTS_EVENTS = 8_000;
  private static final int PROGRESS_MICROS = 20_000_000;
  private static final int SERVED_MIN = 3;
  private static final int REQUEST_MICROS = 2_000_000;
  private static final int STATES_MAX = 200_000;

  private final Prng prng;
  private final EventQueue<Event> queue = new EventQueue<>();
  private final List<PaxosNode> nodes = new ArrayList<>();
  private final VirtualNetwork network;
  private final Trace trace;
  private final Digest digest = new Digest();
  private final Tally<PaxosCount> tally = new Tally<>(List.of(PaxosCount.values()));
  private final RegisterClients clients;
  private final Map<Proposal, Register> proposals = new LinkedHashMap<>();

  /** Which client waits for which attempt. */
  private final Map<Long, Integer> waiting = new TreeMap<>();

  /** What the cluster has decided about its acceptors, epoch after epoch. */
  private final List<Acceptors> decided = new ArrayList<>();

  private final int syncMicros;
  private final int thinkMicros;
  private final int changeMicros;
  private final int eraseMicros;

  /** How many answers of a hundred reach no client. */
  private final int answersLost;

  private boolean healed;

  private record Proposal(Bytes key, Ballot ballot) {}

  private sealed interface Event {
    record Deliver(PaxosNode from, int life, PaxosEffect.Send send) implements Event {}

    record Synced(PaxosNode node, int life) implements Event {}

    record Timer(PaxosNode node, int life) implements Event {}

    record Think(int client) implements Event {}

    /** A client's patience is over. */
    record Late(int client, long id) implements Event {}

    /** A node applies what the cluster has decided. */
    record Learn(PaxosNode node, Acceptors acceptors) implements Event {}

    /** The cluster goes on with the change of acceptors, or begins another. */
    record Reform() implements Event {}

    record Erase() implements Event {}

    record Faulty(Fault fault) implements Event {}
  }

  private PaxosWorld(int seed, PaxosRules rules, Trace trace) {
    this.trace = trace;
    prng = new Prng(seed);
    int[] sizes = {1, 2, 3, 3, 3, 4, 5, 5, 6};
    int size = sizes[prng.below(sizes.length)];
    network = new VirtualNetwork(size, NetworkOptions.draw(prng), prng.fork());
    syncMicros = prng.between(50, 5_000);
    thinkMicros = prng.between(1_000, 200_000);
    changeMicros = prng.below(3) == 0 ? FAULTS_MICROS : prng.between(200_000, 4_000_000);
    eraseMicros = prng.below(3) == 0 ? FAULTS_MICROS : prng.between(20_000, 1_000_000);
    answersLost = prng.below(2) == 0 ? 0 : prng.between(5, 60);
    for (int i = 0; i < size; i++) {
      nodes.add(new PaxosNode(i, rules, prng.fork(), this));
    }
    clients = new RegisterClients(prng.fork(), tally);
    FaultPlan.draw(prng.fork(), size, FAULTS_MICROS)
        .faults()
        .forEach(timed -> queue.schedule(timed.atMicros(), new Event.Faulty(timed.fault())));
  }

  public static Outcome<PaxosCount> run(int seed, PaxosRules rules) {
    return run(seed, rules, Integer.MAX_VALUE, Trace.off());
  }

  /** Runs at most {@code until} steps; the trace gets a line for each and for what came of it. */
  public static Outcome<PaxosCount> run(int seed, PaxosRules rules, int until, Trace trace) {
    PaxosWorld world = new PaxosWorld(seed, rules, trace);
    Optional<Outcome.Failure> failure = Optional.empty();
    try {
      world.run(until);
      world.judge();
    } catch (Violation violation) {
      String mutant = rules instanceof PaxosMutant broken ? broken.id() : "";
      failure = Optional.of(violation.failure("paxos", seed, mutant));
    }
    world.mixEnd();
    int micros = world.queue.nowMicros();
    long steps = world.tally.get(PaxosCount.EVENTS);
    return new Outcome<>(seed, steps, world.tally, micros, world.digest.hex(), failure);
  }

  /** Many seeds by the paper's rules, with what must happen in them. */
  public static Campaign<PaxosCount> campaign() {
    return new Campaign<>(
        seed -> run(seed, PaxosRules.PAPER),
        new Tally<>(List.of(PaxosCount.values())),
        List.of(
            new Campaign.Floor<>(PaxosCount.DONE, 30, 1),
            new Campaign.Floor<>(PaxosCount.DIFFERS, 5, 1),
            new Campaign.Floor<>(PaxosCount.UNKNOWN, 1, 4),
            new Campaign.Floor<>(PaxosCount.AGAIN, 1, 4),
            new Campaign.Floor<>(PaxosCount.CRASHES, 1, 1),
            new Campaign.Floor<>(PaxosCount.CHANGES, 2, 1),
            new Campaign.Floor<>(PaxosCount.ERASED, 1, 1)));
  }

  private void run(int until) {
    nodes.forEach(PaxosNode::start);
    decide(Acceptors.first(drawAcceptors()));
    later(changeMicros, new Event.Reform());
    later(eraseMicros, new Event.Erase());
    for (int client = 0; client < clients.size(); client++) {
      later(2 * thinkMicros, new Event.Think(client));
    }
    while (tally.get(PaxosCount.EVENTS) < until && !isOver()) {
      if (!healed
          && (queue.nowMicros() >= FAULTS_MICROS
              || tally.get(PaxosCount.EVENTS) >= FAULTS_EVENTS)) {
        heal();
      }
      if (queue.nowMicros() > FAULTS_MICROS + PROGRESS_MICROS + REQUEST_MICROS) {
        throw new Violation(
            "Progress",
            decided.getLast().isJoint()
                ? "the change of acceptors does not end: " + decided.getLast()
                : "not every client is served after the healing");
      }
      dispatch(queue.next());
    }
  }

  private boolean isOver() {
    return healed && clients.areServed(SERVED_MIN) && !decided.getLast().isJoint();
  }

  private void tell(String who, Object what) {
    if (trace.isOn()) {
      int step = (int) tally.get(PaxosCount.EVENTS);
      trace.add(step, queue.nowMicros(), who, what.toString());
    }
  }

  private void heal() {
    healed = true;
    network.healAll();
    network.options(NetworkOptions.CALM);
    for (PaxosNode node : nodes) {
      node.resume();
      node.start();
      node.feed(new PaxosInput.Decided(decided.getLast(), now()));
    }
    clients.forgetServed();
  }

  private void dispatch(Event event) {
    tally.count(PaxosCount.EVENTS);
    digest.mix(queue.nowMicros());
    tell("*", event);
    switch (event) {
      case Event.Deliver(var from, var life, var send) -> deliver(from, life, send);
      case Event.Synced(var node, var life) -> {
        if (node.incarnation() == life && node.isUp()) {
          node.synced();
        }
      }
      case Event.Timer(var node, var life) -> {
        if (node.incarnation() == life) {
          node.timer();
        }
      }
      case Event.Think(var client) -> ask(client);
      case Event.Late(var client, var id) -> {
        if (clients.giveUp(id)) {
          later(2 * thinkMicros, new Event.Think(client));
        }
      }
      case Event.Learn(var node, var acceptors) ->
          node.feed(new PaxosInput.Decided(acceptors, now()));
      case Event.Reform() -> reform();
      case Event.Erase() -> erase();
      case Event.Faulty(var fault) -> {
        if (!healed) {
          strike(fault);
        }
      }
    }
  }

  private void deliver(PaxosNode from, int life, PaxosEffect.Send send) {
    PaxosNode to = nodes.get(send.to().value() - 1);
    boolean isOwn = from != to || life == to.incarnation();
    if (!network.isCut(from.endpoint, to.endpoint) && isOwn) {
      to.feed(new PaxosInput.Received(from.id, send.acceptors(), send.message(), now()));
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
      case Fault.DiskFull _, Fault.BitFlip _, Fault.Misdirected _, Fault.Wipe _ -> {
        // A node whose disk is not what it was does not start: the store's concern.
      }
    }
  }

  private void crash(int machine) {
    if (nodes.get(machine).isUp()) {
      tally.count(PaxosCount.CRASHES);
      nodes.get(machine).crash();
    }
  }

  private void later(int atMost, Event event) {
    queue.schedule(queue.nowMicros() + prng.between(1, Math.max(1, atMost)), event);
  }

  private void ask(int client) {
    RegisterClients.Attempt attempt = clients.next(client);
    MonoTime until = now().plusNanos(REQUEST_MICROS * 1000L);
    nodes
        .get(prng.below(nodes.size()))
        .feed(new PaxosInput.Ask(attempt.id(), attempt.query(), until, now()));
    int patience = prng.below(4) == 0 ? prng.between(1, REQUEST_MICROS) : REQUEST_MICROS;
    queue.schedule(queue.nowMicros() + patience + 1_000_000, new Event.Late(client, attempt.id()));
    waiting.put(attempt.id(), client);
  }

  private List<NodeId> drawAcceptors() {
    List<NodeId> left = new ArrayList<>(nodes.stream().map(node -> node.id).toList());
    int count = Math.min(left.size(), 1 + prng.below(5));
    List<NodeId> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(left.remove(prng.below(left.size())));
    }
    return chosen.stream().sorted().toList();
  }

  private void decide(Acceptors next) {
    decided.add(next);
    tally.count(PaxosCount.CHANGES);
    for (PaxosNode node : nodes) {
      if (prng.below(3) != 0) {
        later(500_000, new Event.Learn(node, next));
      }
    }
  }

  private void reform() {
    Acceptors now = decided.getLast();
    if (now.isJoint()) {
      PaxosNode node = nodes.get(prng.below(nodes.size()));
      node.feed(new PaxosInput.Decided(now, now()));
      node.feed(new PaxosInput.Rescan(now()));
    } else if (!healed && changeMicros < FAULTS_MICROS) {
      decide(now.toward(drawAcceptors()));
    } else if (nodes.stream().anyMatch(node -> node.epoch() < now.epoch())) {
      nodes.forEach(node -> node.feed(new PaxosInput.Decided(now, now())));
    }
    later(healed ? 500_000 : changeMicros, new Event.Reform());
  }

  private void erase() {
    Query query = new Query(clients.key(), new Change.Erase(), new RequestId(0, 0), false);
    nodes
        .get(prng.below(nodes.size()))
        .feed(new PaxosInput.Ask(Long.MAX_VALUE, query, now().plusNanos(1_000_000_000), now()));
    if (!healed) {
      later(eraseMicros, new Event.Erase());
    }
  }

  @Override
  public void run(PaxosNode node, PaxosEffect effect) {
    tell(node.id.toString(), effect);
    switch (effect) {
      case PaxosEffect.Answer answer -> answered(answer);
      case PaxosEffect.Send send -> send(node, send);
      case PaxosEffect.Rescanned(var epoch) -> {
        if (decided.getLast().epoch() == epoch) {
          decide(decided.getLast().settled());
        }
      }
      case PaxosEffect.Persist write ->
          throw new IllegalStateException("not the world's: " + write);
    }
  }

  private void answered(PaxosEffect.Answer answer) {
    if (answer.id() == Long.MAX_VALUE) {
      if (answer.verdict() == PaxosEffect.Verdict.DONE) {
        tally.count(PaxosCount.ERASED);
      }
      return;
    }
    if (!healed && prng.below(100) < answersLost) {
      return; // The client asks again when its patience is over.
    }
    @Nullable Integer client = waiting.remove(answer.id());
    if (clients.onAnswer(answer) && client != null) {
      later(2 * thinkMicros, new Event.Think(client));
    }
  }

  private void send(PaxosNode node, PaxosEffect.Send send) {
    if (send.message() instanceof PaxosMessage.Accept accept) {
      Proposal proposal = new Proposal(accept.key(), accept.ballot());
      Register before = proposals.putIfAbsent(proposal, accept.register());
      if (before != null && !before.equals(accept.register())) {
        violated("OneValue", proposal + " is " + before + " and " + accept);
      }
    }
    int to = send.to().value() - 1;
    for (int at : network.send(node.endpoint, to, queue.nowMicros())) {
      queue.schedule(at, new Event.Deliver(node, node.incarnation(), send));
    }
  }

  @Override
  public void violated(String property, String what) {
    throw new Violation(property, what);
  }

  @Override
  public void sync(PaxosNode node) {
    queue.schedule(queue.nowMicros() + syncMicros, new Event.Synced(node, node.incarnation()));
  }

  @Override
  public void wake(PaxosNode node, MonoTime at) {
    queue.schedule((int) (at.nanos() / 1000) + 1, new Event.Timer(node, node.incarnation()));
  }

  @Override
  public MonoTime now() {
    return new MonoTime(queue.nowMicros() * 1000L);
  }

  private void judge() {
    Verdict verdict =
        new LinearizabilityChecker<>(new RegisterModel(), STATES_MAX).check(clients.history());
    switch (verdict) {
      case Verdict.Violated violated -> throw new Violation("Linearizable", violated.toString());
      case Verdict.Undecided _ -> tally.count(PaxosCount.UNDECIDED);
      case Verdict.Linearizable _ -> {}
    }
  }

  private void mixEnd() {
    nodes.forEach(node -> digest.mix(node.incarnation()));
    for (Operation each : clients.history()) {
      digest.mix(each.kind());
      digest.mix(each.result());
      digest.mix(each.end());
    }
    digest.mix(tally.toString());
  }
}
