package org.volvox.worlds.rpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteCount;
import org.volvox.base.Prng;
import org.volvox.calls.service.AnswerLimits;
import org.volvox.calls.service.InvocationPolicy;
import org.volvox.calls.service.Repeat;
import org.volvox.calls.service.ServiceRules;
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
 * Runs one seed: faults, then all is healed and settles, but in some runs for one host that hears
 * nobody; then calls must succeed, then nothing more is called and nothing may be left. Never
 * throws for what it finds.
 */
public final class RpcWorld {
  /** A deadline that is long enough for anything when all is well. */
  static final int AMPLE_MICROS = 5_000_000;

  private static final int FAULTS_MICROS = 15_000_000;

  /** Leases lapse, what was on its way arrives, dead connections are noticed. */
  private static final int SETTLE_MICROS = 7_000_000;

  private static final int SERVED_MIN = 4;
  private static final int PROGRESS_MICROS = 20_000_000;
  private static final int AUDIT_MICROS = 200_000;

  private final Stage stage;
  private final Registry registry;
  private final Ledger ledger;
  private final List<Caller> callers = new ArrayList<>();
  private final List<ServiceHost> hosts = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();
  private final int silenceMicros;
  private final int stopMicros;

  /** In the end all is well but for one host, which says that it is healthy and hears no caller. */
  private final boolean hasHole;

  private RpcWorld(int seed, ServiceRules rules, Trace trace) {
    Prng prng = new Prng(seed);
    int hostCount = prng.between(1, 4);
    int callerCount = prng.between(1, 4);
    int size = hostCount + callerCount + 1;
    NetworkOptions options = NetworkOptions.draw(prng);
    stage = new Stage(prng, new VirtualNetwork(size, options, prng.fork()), trace);
    registry = new Registry(size - 1, stage);
    boolean isNarrow = prng.below(4) == 0;
    hasHole = hostCount > 1 && prng.below(3) == 0;
    ledger = new Ledger(stage, demands(isNarrow, hasHole));
    silenceMicros = prng.between(4_000_000, 8_000_000);
    stopMicros = prng.between(1_000_000, 20_000_000);
    ByteCount bytes = new ByteCount(isNarrow ? prng.between(1_000, 3_000) : 1 << 20);
    AnswerLimits limits =
        new AnswerLimits(
            bytes,
            isNarrow ? callerCount + 1 : 1_000,
            100,
            Duration.ofMillis(silenceMicros / 1000));
    ServiceHost.Setting hostSetting =
        new ServiceHost.Setting(limits, isNarrow, prng.between(50_000, 3_000_000), rules);
    for (int i = 0; i < hostCount; i++) {
      hosts.add(new ServiceHost(i, registry, ledger, hostSetting));
    }
    Caller.Setting callerSetting =
        new Caller.Setting(
            policy(prng),
            hasHole ? 4_000 : prng.between(4, 200),
            prng.between(20_000, 400_000),
            prng.between(100_000, 6_000_000),
            rules);
    for (int i = 0; i < callerCount; i++) {
      callers.add(new Caller(hostCount + i, registry, ledger, callerSetting));
    }
    machines.addAll(hosts);
    machines.addAll(callers);
    FaultPlan.draw(prng.fork(), size, FAULTS_MICROS)
        .faults()
        .forEach(timed -> plan(timed.atMicros(), timed.fault()));
  }

  private static List<Repeat> demands(boolean isNarrow, boolean hasHole) {
    if (isNarrow) {
      return List.of(); // A host may be full for long.
    }
    return hasHole ? List.of(Repeat.ANYWHERE) : List.of(Repeat.values());
  }

  private static InvocationPolicy policy(Prng prng) {
    int pause = prng.between(1, 50);
    return new InvocationPolicy(
        Duration.ofMillis(prng.between(50, 800)),
        Duration.ofMillis(pause),
        Duration.ofMillis(pause * 10L),
        prng.between(6, 12), // What is left of faults may break two or three.
        Duration.ofMillis(prng.between(100, 2_000)));
  }

  private void plan(int at, Fault fault) {
    Runnable action =
        () -> {
          if (!stage.isHealed) {
            strike(fault);
          }
        };
    stage.queue.schedule(at, new Stage.Event(registry, Machine.ANY_LIFE, "fault", fault, action));
  }

  public static Outcome<RpcCount> run(int seed, ServiceRules rules) {
    return run(seed, rules, Integer.MAX_VALUE, Trace.off());
  }

  /** Runs at most {@code until} steps; the trace gets a line for each and for what came of it. */
  public static Outcome<RpcCount> run(int seed, ServiceRules rules, int until, Trace trace) {
    RpcWorld world = new RpcWorld(seed, rules, trace);
    Optional<Outcome.Failure> failure = Optional.empty();
    try {
      world.run(until);
    } catch (Violation violation) {
      String mutant = rules instanceof RpcMutant broken ? broken.id() : "";
      failure = Optional.of(violation.failure("rpc", seed, mutant));
    }
    Tally<RpcCount> tally = world.stage.tally;
    world.stage.digest.mix(tally.toString());
    String digest = world.stage.digest.hex();
    long steps = tally.get(RpcCount.EVENTS);
    return new Outcome<>(seed, steps, tally, world.stage.micros(), digest, failure);
  }

  /** Many seeds by the paper's rules, with what must happen in them. */
  public static Campaign<RpcCount> campaign() {
    return new Campaign<>(
        seed -> run(seed, ServiceRules.PAPER),
        new Tally<>(List.of(RpcCount.values())),
        List.of(
            new Campaign.Floor<>(RpcCount.RETURNED, 50, 1),
            new Campaign.Floor<>(RpcCount.THREW, 2, 1),
            new Campaign.Floor<>(RpcCount.NOT_RUN, 1, 1),
            new Campaign.Floor<>(RpcCount.TIMED_OUT, 5, 1),
            new Campaign.Floor<>(RpcCount.UNAVAILABLE, 5, 1),
            new Campaign.Floor<>(RpcCount.CANCELLED, 4, 1),
            new Campaign.Floor<>(RpcCount.IN_DOUBT, 10, 1),
            new Campaign.Floor<>(RpcCount.JOINED, 1, 2),
            new Campaign.Floor<>(RpcCount.ANSWERED_AGAIN, 1, 4),
            new Campaign.Floor<>(RpcCount.FORGOTTEN, 1, 50),
            new Campaign.Floor<>(RpcCount.BUSY, 5, 1),
            new Campaign.Floor<>(RpcCount.LATE, 2, 1),
            new Campaign.Floor<>(RpcCount.BROKEN, 10, 1),
            new Campaign.Floor<>(RpcCount.CRASHES, 2, 1),
            new Campaign.Floor<>(RpcCount.STOPS, 1, 2)));
  }

  /** Whether enough time has passed since all was healed. */
  static boolean isSettled(int micros) {
    return micros >= FAULTS_MICROS + SETTLE_MICROS;
  }

  private void run(int until) {
    registry.start();
    machines.forEach(Machine::start);
    audit();
    stage.within(stopMicros, registry, "stop", this::stopOne);
    int end = FAULTS_MICROS + SETTLE_MICROS;
    while (!isSettled(stage.micros()) || !areServed()) {
      if (stage.tally.get(RpcCount.EVENTS) >= until) {
        return;
      }
      if (!stage.isHealed && stage.queue.nextMicros() >= FAULTS_MICROS) {
        heal();
      }
      if (stage.micros() > end + PROGRESS_MICROS) {
        throw new Violation("Progress", "not every caller is served after the healing");
      }
      stage.next();
    }
    callers.forEach(Caller::quiet);
    int quiet = stage.micros();
    settle(quiet + AMPLE_MICROS + 1_000_000, until);
    settle(quiet + AMPLE_MICROS + 2 * silenceMicros, until);
    if (stage.tally.get(RpcCount.EVENTS) < until) {
      callers.forEach(Caller::requireClean);
      hosts.forEach(ServiceHost::requireClean);
    }
  }

  private void settle(int micros, int until) {
    while (stage.queue.nextMicros() < micros && stage.tally.get(RpcCount.EVENTS) < until) {
      stage.next();
    }
  }

  private boolean areServed() {
    return callers.stream().allMatch(each -> each.served() >= SERVED_MIN);
  }

  private void audit() {
    callers.forEach(Caller::requireInTime);
    stage.after(AUDIT_MICROS, registry, "audit", this::audit);
  }

  private void stopOne() {
    if (!stage.isHealed) {
      hosts.get(stage.prng.below(hosts.size())).stop();
      stage.within(2 * stopMicros, registry, "stop", this::stopOne);
    }
  }

  private void heal() {
    stage.isHealed = true;
    stage.network.healAll();
    stage.network.options(NetworkOptions.CALM);
    for (Machine machine : machines) {
      machine.resume();
      machine.start();
    }
    if (hasHole) {
      callers.forEach(each -> stage.network.cut(each.endpoint, 0));
    }
  }

  private void strike(Fault fault) {
    switch (fault) {
      case Fault.Crash(var machine) -> at(machine).ifPresent(Machine::crash);
      case Fault.Restart(var machine) -> at(machine).ifPresent(Machine::start);
      case Fault.Pause(var machine) -> at(machine).ifPresent(Machine::pause);
      case Fault.Resume(var machine) -> at(machine).ifPresent(Machine::resume);
      case Fault.Partition(var left, var right) -> stage.network.partition(left, right);
      case Fault.CutOneWay(var from, var to) -> stage.network.cutOneWay(from, to);
      case Fault.Heal() -> stage.network.healAll();
      case Fault.Rejoin(var machine) -> stage.network.rejoin(machine);
      case Fault.SyncFails _,
          Fault.DiskFull _,
          Fault.BitFlip _,
          Fault.Misdirected _,
          Fault.Wipe _ -> {
        // Calls use no disk.
      }
    }
  }

  /** Hosts and callers; the registry is a cluster, and does not fail. */
  private Optional<Machine> at(int endpoint) {
    return endpoint < machines.size() ? Optional.of(machines.get(endpoint)) : Optional.empty();
  }
}
