package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Principals;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Role;
import org.volvox.sim.Trace;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.history.LinearizabilityChecker;
import org.volvox.sim.history.Verdict;
import org.volvox.sim.scenario.Scenario;
import org.volvox.sim.scenario.ScenarioException;
import org.volvox.sim.scenario.Step;

/**
 * Runs one scenario on a calm cluster: nothing is random but election timeouts, from a fixed seed.
 * Messages flow by themselves; members whose timers are not asked for do not campaign, as timers
 * may be late. All oracles watch, and the history must be linearizable at the end.
 */
public final class ScenarioRunner {
  private static final int ELECT_MICROS_MAX = 10_000_000;
  private static final int SETTLE_MICROS = 300_000;
  private static final int NONE = -1;

  private final Cluster cluster;
  private final int nodes;
  private final List<Event> held = new ArrayList<>();
  private int operation = NONE;
  private LamportTime clock = LamportTime.ZERO;
  private @Nullable CommandOutcome answer;

  private ScenarioRunner(WorldOptions options, Mutation mutation, Trace trace) {
    nodes = options.machines();
    cluster = new Cluster(options, mutation, new Prng(options.nodes()), Cluster.Watch.by(trace));
    cluster.nodes().forEach(SimNode::start);
  }

  /** Runs all steps; what went wrong first, if anything did. */
  public static Optional<String> run(Scenario scenario, Mutation mutation, Trace trace) {
    @Nullable ScenarioRunner runner = null;
    for (Step step : scenario.steps()) {
      try {
        if (step.verb().equals("cluster")) {
          runner = create(step, mutation, trace);
        } else if (runner == null) {
          throw new ScenarioException(step.line(), "the first step must be: cluster N");
        } else {
          runner.run(step);
        }
      } catch (ScenarioException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      } catch (Violation | Invariant.Broken e) {
        String property = e instanceof Violation violation ? violation.property() : "Invariant";
        return Optional.of("line " + step.line() + ": " + property + ": " + e.getMessage());
      }
    }
    return runner == null ? Optional.of("there is no cluster") : runner.judge();
  }

  private static ScenarioRunner create(Step step, Mutation mutation, Trace trace)
      throws ScenarioException {
    int nodes = step.number(0);
    if (nodes < 1 || nodes > 7) {
      throw new ScenarioException(step.line(), "a cluster has 1 to 7 nodes, not " + nodes);
    }
    boolean paged = false;
    int leasePerMille = 0;
    int spares = 0;
    boolean overtaking = false;
    for (String word : step.rest(1)) {
      switch (word) {
        case "paged" -> paged = true;
        case "leases" -> leasePerMille = 50;
        case "spares" -> spares = 2;
        case "overtaking" -> overtaking = true;
        default ->
            throw new ScenarioException(
                step.line(),
                "usage: cluster N [paged] [leases] [spares] [overtaking], not '" + word + "'");
      }
    }
    WorldOptions options = WorldOptions.calm(nodes, paged).growing(spares, leasePerMille);
    ScenarioRunner runner = new ScenarioRunner(options, mutation, trace);
    if (overtaking) {
      runner.cluster.network().options(options.network().overtaking());
    }
    return runner;
  }

  private Optional<String> judge() {
    try {
      cluster.oracles().checkAll();
    } catch (Violation violation) {
      return Optional.of("at the end: " + violation.property() + ": " + violation.getMessage());
    }
    Verdict verdict =
        new LinearizabilityChecker<>(new KvModel(), 100_000).check(cluster.history().operations());
    return verdict instanceof Verdict.Violated(_, var stuck)
        ? Optional.of("at the end: Linearizability: " + stuck)
        : Optional.empty();
  }

  private void run(Step step) throws ScenarioException {
    cluster.trace("--", step.toString());
    switch (step.verb()) {
      case "guard" -> {
        // Says which rule's removal must make the scenario fail; for whoever runs it twice.
      }
      case "elect" -> elect(step);
      case "campaign" -> campaign(step);
      case "settle" -> advance(spanOf(step), this::isQuietTimer, () -> false);
      case "run" -> advance(step.micros(0), _ -> false, () -> false);
      case "wait" -> waitFor(step);
      case "isolate" -> inject(new Fault.Partition(bit(step, 0), others(step, 0)));
      case "cut" -> cut(step);
      case "slow" -> slow(step);
      case "heal" -> inject(new Fault.Heal());
      case "crash" -> inject(new Fault.Crash(at(step, 0)));
      case "restart" -> inject(new Fault.Restart(at(step, 0)));
      case "pause" -> inject(new Fault.Pause(at(step, 0)));
      case "resume" -> inject(new Fault.Resume(at(step, 0)));
      case "gone" -> gone(step);
      case "disk" -> node(step, 0).disk().slowSyncs(step.micros(1));
      case "fail-sync" -> inject(new Fault.SyncFails(at(step, 0)));
      case "wipe" -> inject(new Fault.Wipe(at(step, 0)));
      case "rot" -> {
        for (int i = 0; i < step.number(1); i++) {
          inject(new Fault.BitFlip(at(step, 0)));
        }
      }
      case "start" -> {
        node(step, 0).arrive();
        node(step, 0).start();
      }
      case "add", "join", "promote", "finish", "remove", "transfer", "compact" -> operate(step);
      case "propose" -> propose(step);
      case "read" -> read(step);
      case "done", "refused", "open" -> expectAnswer(step);
      default -> new ScenarioChecks(cluster).check(step);
    }
  }

  /** Asks a member for something about the members; the answer is seen in what becomes of it. */
  private void operate(Step step) throws ScenarioException {
    SimNode asked = node(step, 0);
    if (step.verb().equals("compact")) {
      asked.compact();
      return;
    }
    NodeId who = node(step, 1).id();
    if (step.verb().equals("transfer")) {
      asked.operate(now -> new Input.Transfer(Optional.of(who), now));
      return;
    }
    Optional<NodeId> replaces =
        step.arguments().size() > 2 ? Optional.of(node(step, 2).id()) : Optional.empty();
    MemberChange change =
        switch (step.verb()) {
          case "add" -> new MemberChange.Add(who, "", false, Optional.empty());
          case "join" -> new MemberChange.Add(who, "", true, replaces);
          case "promote" -> new MemberChange.Promote(who);
          case "finish" -> new MemberChange.Finish(who);
          default -> new MemberChange.Remove(who);
        };
    asked.operate(now -> new Input.ChangeMembers(Operator.REQUESTS_FROM, change, now));
  }

  private static int spanOf(Step step) throws ScenarioException {
    return step.arguments().isEmpty() ? SETTLE_MICROS : step.micros(0);
  }

  private void inject(Fault fault) {
    cluster.inject(fault);
  }

  private SimNode node(Step step, int argument) throws ScenarioException {
    return ScenarioChecks.node(cluster, step, argument);
  }

  private int at(Step step, int argument) throws ScenarioException {
    return node(step, argument).endpoint();
  }

  private int bit(Step step, int argument) throws ScenarioException {
    return 1 << at(step, argument);
  }

  /** The other members; the client stays reachable. */
  private int others(Step step, int argument) throws ScenarioException {
    return ((1 << nodes) - 1) & ~bit(step, argument);
  }

  private void cut(Step step) throws ScenarioException {
    for (int i = 0; i < step.arguments().size(); i++) {
      Step.Link link = step.link(i);
      int from = endpoint(step, link.from());
      int to = endpoint(step, link.to());
      cluster.network().cut(from, to);
      if (!link.oneWay()) {
        cluster.network().cut(to, from);
      }
    }
  }

  private void slow(Step step) throws ScenarioException {
    Step.Link link = step.link(0);
    int from = endpoint(step, link.from());
    int to = endpoint(step, link.to());
    cluster.network().slow(from, to, step.micros(1));
    if (!link.oneWay()) {
      cluster.network().slow(to, from, step.micros(1));
    }
  }

  private int endpoint(Step step, NodeId id) throws ScenarioException {
    if (id.value() > nodes) {
      throw new ScenarioException(step.line(), "there is no " + id + " in a cluster of " + nodes);
    }
    return id.value() - 1;
  }

  private void gone(Step step) throws ScenarioException {
    SimNode node = node(step, 0);
    cluster.schedule(0, new Event.Gone(node.endpoint(), node.lives(), node(step, 1).id()));
  }

  private void elect(Step step) throws ScenarioException {
    int candidate = at(step, 0);
    BooleanSupplier leads = () -> leads(candidate);
    advance(ELECT_MICROS_MAX, event -> isQuietTimer(event) && !isTimerOf(event, candidate), leads);
    if (!leads.getAsBoolean()) {
      throw new ScenarioException(step.line(), "n" + (candidate + 1) + " did not become leader");
    }
  }

  /** Lets the named members' timers run for two seconds, whatever comes of it. */
  private void campaign(Step step) throws ScenarioException {
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < step.arguments().size(); i++) {
      candidates.add(at(step, i));
    }
    Predicate<Event> waits =
        event ->
            isQuietTimer(event)
                && candidates.stream().noneMatch(candidate -> isTimerOf(event, candidate));
    advance(2_000_000, waits, () -> false);
  }

  /** Until a member's log on disk has so many entries. */
  private void waitFor(Step step) throws ScenarioException {
    SimNode node = node(step, 0);
    int wanted = step.number(1);
    BooleanSupplier there = () -> node.durable().lastIndex().value() >= wanted;
    advance(ELECT_MICROS_MAX, this::isQuietTimer, there);
    if (!there.getAsBoolean()) {
      throw new ScenarioException(
          step.line(),
          node.id() + " has " + node.durable().lastIndex() + " entries, not " + wanted);
    }
  }

  private static boolean isTimerOf(Event event, int endpoint) {
    return event instanceof Event.Timer(var node, _) && node == endpoint;
  }

  /** Whether this is the timer of a member that does not lead. */
  private boolean isQuietTimer(Event event) {
    return event instanceof Event.Timer(var node, _) && !leads(node);
  }

  private boolean leads(int endpoint) {
    return cluster
        .nodes()
        .get(endpoint)
        .view()
        .map(RaftView::role)
        .filter(role -> role == Role.LEADER)
        .isPresent();
  }

  /** Lets time pass; events that {@code waits} names are kept for later. */
  private void advance(int micros, Predicate<Event> waits, BooleanSupplier until) {
    int end = cluster.nowMicros() + micros;
    List<Event> before = List.copyOf(held);
    held.clear();
    for (Event event : before) {
      if (waits.test(event)) {
        held.add(event);
      } else {
        cluster.schedule(0, event);
      }
    }
    while (!cluster.queue().isEmpty() && cluster.queue().nextMicros() <= end) {
      if (until.getAsBoolean()) {
        return;
      }
      Event event = cluster.queue().next();
      if (waits.test(event)) {
        held.add(event);
      } else {
        cluster.dispatch(event);
        takeAnswer(event);
      }
    }
    if (!until.getAsBoolean()) {
      cluster.queue().advanceTo(end);
    }
  }

  private void takeAnswer(Event event) {
    if (!(event instanceof Event.Deliver(_, var to, Packet.Answer came, var stamp, _))
        || to != nodes) {
      return;
    }
    clock = clock.receive(stamp.clock());
    if (came.ticket().request() == operation && answer == null) {
      answer = came.outcome();
      switch (came.outcome()) {
        case CommandOutcome.Done(var result) ->
            cluster.history().end(operation, SimMachine.number(result));
        case CommandOutcome.Refused _ -> cluster.history().refused(operation);
        case CommandOutcome.Unknown _ -> {
          // It may still take effect, so the history leaves it open.
        }
      }
    }
  }

  /** As a node's own command: a session's registration would be one more entry in each log. */
  private void propose(Step step) throws ScenarioException {
    int to = at(step, 0);
    ScenarioChecks.Assignment wanted = ScenarioChecks.assignment(step, 1);
    Registers.Ask ask = new Registers.Ask(Registers.PUT, wanted.key(), wanted.value());
    String principal = Principals.node(new NodeId(to + 1));
    Command command = new Command(0, SessionId.NONE, 0, 0, principal, ask.type(), ask.body());
    answer = null;
    operation = cluster.history().begin(nodes, wanted.key(), Registers.PUT, wanted.value());
    cluster.send(nodes, to, new Packet.Write(ticket(), command.encode()), tick());
  }

  private void read(Step step) throws ScenarioException {
    int to = at(step, 0);
    int key = ScenarioChecks.key(step, step.text(1));
    answer = null;
    operation = cluster.history().begin(nodes, key, Registers.GET, 0);
    cluster.send(nodes, to, new Packet.Read(ticket(), key), tick());
  }

  private LamportTime tick() {
    clock = clock.next();
    return clock;
  }

  private Packet.Ticket ticket() {
    return new Packet.Ticket(operation, 1);
  }

  private void expectAnswer(Step step) throws ScenarioException {
    boolean asWritten =
        switch (step.verb()) {
          case "done" -> answer instanceof CommandOutcome.Done;
          case "refused" -> answer instanceof CommandOutcome.Refused;
          default -> answer == null;
        };
    if (!asWritten) {
      throw new ScenarioException(
          step.line(), "the last request is " + (answer == null ? "open" : answer.toString()));
    }
    if (!step.arguments().isEmpty() && answer instanceof CommandOutcome.Done(var result)) {
      int found = SimMachine.number(result);
      if (found != step.number(0)) {
        throw new ScenarioException(
            step.line(), "the answer is " + found + ", not " + step.number(0));
      }
    }
  }
}
