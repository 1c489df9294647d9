package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.consensus.raft.RaftView;
import org.volvox.sim.Trace;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.history.LinearizabilityChecker;
import org.volvox.sim.history.Verdict;
import org.volvox.sim.net.NetworkOptions;

/**
 * Runs one seed in phases: faults; then a random connected majority is healed and must make
 * progress within a bound; then the clients fall silent and all must become equal. The only entry
 * point for random runs; {@link #run} never throws for what it finds.
 */
public final class RaftWorld {
  /** The phase of faults ends after so many events, or so much simulated time. */
  public static final int FAULTS_EVENTS = 4_000;

  public static final int FAULTS_MICROS = 40_000_000;

  /** A healed majority must serve every client within this; some forty elections' time. */
  private static final int PROGRESS_MICROS = 20_000_000;

  /** Long enough for one that lacks hundreds of entries and gets them one by one. */
  private static final int QUIET_MICROS = 60_000_000;

  private static final int CHECK_ALL_EVENTS = 1_000;
  private static final int DONE_PER_CLIENT = 2;

  /** The search of a history gives up after so many states; counted and reported. */
  private static final int HISTORY_STATES_MAX = 100_000;

  private final Spec spec;
  private final Prng prng;
  private final Cluster cluster;
  private final List<SimNode> core = new ArrayList<>();
  private final List<Integer> doneAtHeal = new ArrayList<>();
  private Phase phase = Phase.FAULTS;
  private int phaseEndsMicros = FAULTS_MICROS;

  private enum Phase {
    FAULTS,
    PROGRESS,
    QUIET,
    DONE
  }

  private RaftWorld(Spec spec, Cluster.Watch watch) {
    this.spec = spec;
    prng = new Prng(spec.seed() ^ 0x5EED);
    cluster = new Cluster(spec.options(), spec.mutation(), prng.fork(), watch);
  }

  public static RunResult run(Spec spec) {
    return run(spec, Integer.MAX_VALUE, Trace.off());
  }

  /** Runs at most {@code until} steps; the trace gets a line for each. */
  public static RunResult run(Spec spec, int until, Trace trace) {
    return new RaftWorld(spec, Cluster.Watch.by(trace)).run(until);
  }

  /** All sends and receives of the first {@code until} steps, as events of the one schema. */
  public static List<org.volvox.base.event.Event> capture(Spec spec, int until) {
    RaftWorld world = new RaftWorld(spec, new Cluster.Watch(Trace.off(), true));
    RunResult result = world.run(until);
    Invariant.check(result.failure().isEmpty(), "the captured run fails: " + result.text());
    return world.cluster.captured();
  }

  private RunResult run(int until) {
    Optional<RunResult.Failure> failure = Optional.empty();
    try {
      begin();
      while (phase != Phase.DONE && cluster.steps() < until) {
        step();
      }
      if (phase == Phase.DONE) {
        judge();
      }
    } catch (Violation violation) {
      failure = Optional.of(failure(violation.property(), String.valueOf(violation.getMessage())));
    } catch (Invariant.Broken broken) {
      failure = Optional.of(failure("Invariant", String.valueOf(broken.getMessage())));
    } catch (RuntimeException thrown) {
      failure = Optional.of(failure("Exception", thrown.toString()));
    }
    Stats stats = cluster.stats();
    stats.runs = 1;
    stats.events = cluster.steps();
    stats.simulatedMicros = cluster.nowMicros();
    stats.sent = cluster.network().sent();
    stats.dropped = cluster.network().dropped();
    stats.duplicated = cluster.network().duplicated();
    for (SimNode node : cluster.nodes()) {
      stats.lostSectors += node.disk().lostSectors();
      stats.tornSectors += node.disk().tornSectors();
    }
    return new RunResult(spec, cluster.steps(), stats, cluster.digest().hex(), failure);
  }

  private RunResult.Failure failure(String property, String message) {
    return new RunResult.Failure(property, cluster.steps(), message);
  }

  private void begin() {
    for (Fault.Timed timed : spec.faults().faults()) {
      cluster.queue().schedule(timed.atMicros(), new Event.Faulty(timed.fault()));
    }
    cluster.start();
  }

  private void step() {
    Event event = cluster.queue().next();
    if (phase == Phase.FAULTS || isAllowed(event)) {
      cluster.dispatch(event);
    }
    if (cluster.steps() % CHECK_ALL_EVENTS == 0) {
      cluster.oracles().checkAll();
    }
    switch (phase) {
      case FAULTS -> {
        if (cluster.steps() >= FAULTS_EVENTS || cluster.nowMicros() >= phaseEndsMicros) {
          heal();
        }
      }
      case PROGRESS -> {
        if (hasProgressed()) {
          cluster.clients().forEach(Client::stop);
          enter(Phase.QUIET, QUIET_MICROS);
        } else {
          checkBound("each client served " + DONE_PER_CLIENT + " times");
        }
      }
      case QUIET -> {
        if (isQuiet()) {
          phase = Phase.DONE;
        } else {
          checkBound("all requests answered and logs equal");
        }
      }
      case DONE -> {}
    }
  }

  /** After the healing only a core member that stopped by itself may come back. */
  private boolean isAllowed(Event event) {
    return switch (event) {
      case Event.Operate _ -> false;
      case Event.Faulty(Fault.Restart(var machine)) -> core.contains(cluster.nodes().get(machine));
      case Event.Faulty _ -> false;
      default -> true;
    };
  }

  private void enter(Phase next, int boundMicros) {
    phase = next;
    phaseEndsMicros = cluster.nowMicros() + boundMicros;
  }

  private void checkBound(String goal) {
    if (cluster.nowMicros() > phaseEndsMicros) {
      List<RaftView> views = core.stream().flatMap(node -> node.view().stream()).toList();
      throw new Violation("Progress", "not within the bound: " + goal + "; " + views);
    }
  }

  /** Heals a random majority among itself and towards the clients; the rest is dead or cut off. */
  private void heal() {
    NetworkOptions drawn = spec.options().network();
    cluster.stopHunting();
    cluster.network().healAll();
    cluster
        .network()
        .options(
            new NetworkOptions(
                drawn.delayMicrosMin(),
                drawn.delayMicrosSpread(),
                Ratio.ZERO,
                Ratio.ZERO,
                Ratio.ZERO,
                drawn.reorders()));
    drawCore();
    List<SimNode> others = new ArrayList<>(cluster.nodes());
    others.removeAll(core);
    for (SimNode node : core) {
      node.disk().full(false);
      node.disk().failSyncs(0);
      node.resume();
      node.start();
    }
    for (SimNode node : others) {
      if (prng.below(2) == 0) {
        cluster.inject(new Fault.Crash(node.endpoint()));
      } else {
        core.forEach(member -> cluster.network().partition(bit(node), bit(member)));
      }
    }
    cluster.clients().forEach(client -> doneAtHeal.add(client.done()));
    enter(Phase.PROGRESS, PROGRESS_MICROS);
  }

  /** Sound machines, at random, until every membership that may be in force has its quorum. */
  private void drawCore() {
    List<Integer> voterSets = cluster.voterSets();
    List<SimNode> sound = new ArrayList<>(cluster.nodes());
    sound.removeIf(node -> !node.isPresent() || cluster.isRuined(node.endpoint()));
    // Whoever may be needed to repair another takes part.
    int more = cluster.isAnyHurt() ? sound.size() : prng.below(3);
    int mask = 0;
    while (!sound.isEmpty() && (!hasQuorums(mask, voterSets) || more > 0)) {
      more -= hasQuorums(mask, voterSets) ? 1 : 0;
      SimNode node = sound.remove(prng.below(sound.size()));
      mask |= bit(node);
      core.add(node);
    }
    if (!hasQuorums(mask, voterSets)) {
      throw new Violation("AsPlanned", "the faults have left no quorum of " + voterSets);
    }
  }

  private static boolean hasQuorums(int machines, List<Integer> voterSets) {
    for (int voters : voterSets) {
      if (2 * Integer.bitCount(machines & voters) <= Integer.bitCount(voters)) {
        return false;
      }
    }
    return true;
  }

  private static int bit(SimNode node) {
    return 1 << node.endpoint();
  }

  private boolean hasProgressed() {
    for (int i = 0; i < doneAtHeal.size(); i++) {
      if (cluster.clients().get(i).done() < doneAtHeal.get(i) + DONE_PER_CLIENT) {
        return false;
      }
    }
    return true;
  }

  private boolean isQuiet() {
    for (Client client : cluster.clients()) {
      if (!client.isIdle()) {
        return false;
      }
    }
    List<SimNode> members = coreMembers();
    LogIndex last = members.getFirst().durable().lastIndex();
    for (SimNode node : members) {
      boolean equal =
          node.durable().lastIndex().equals(last)
              && node.life().map(life -> life.applied().equals(last)).orElse(false);
      boolean owes = node.life().map(life -> !life.owesNothing()).orElse(false);
      if (!equal || owes) {
        return false;
      }
    }
    return true;
  }

  /** Those of the core that belong to the group; the others may know nothing of what goes on. */
  private List<SimNode> coreMembers() {
    List<SimNode> members = new ArrayList<>(core);
    members.removeIf(node -> cluster.oracles().members().member(node.id()).isEmpty());
    return members;
  }

  /** What can be judged only at the end. */
  private void judge() {
    cluster.oracles().checkAll();
    int expected = fingerprint(coreMembers().getFirst());
    for (SimNode node : coreMembers()) {
      if (fingerprint(node) != expected) {
        throw new Violation("StateMachineSafety", node.id() + " ends with another state");
      }
    }
    if (cluster.stats().elections < 1 || cluster.stats().commits < spec.options().clients()) {
      throw new Violation("SomethingHappened", cluster.stats().text());
    }
    Verdict verdict =
        new LinearizabilityChecker<>(new KvModel(), HISTORY_STATES_MAX)
            .check(cluster.history().operations());
    switch (verdict) {
      case Verdict.Violated(var key, var stuck) ->
          throw new Violation("Linearizability", "key " + key + " at " + stuck);
      case Verdict.Undecided _ -> cluster.stats().undecided++;
      case Verdict.Linearizable _ -> {}
    }
  }

  private static int fingerprint(SimNode node) {
    return node.life().map(life -> life.machine().fingerprint()).orElse(0);
  }
}
