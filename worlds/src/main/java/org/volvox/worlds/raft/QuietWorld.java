package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.sim.Trace;
import org.volvox.sim.disk.DiskOptions;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.net.NetworkOptions;

/**
 * Three machines in fair weather, with the times and limits of nodes: a local network, one client,
 * and from time to time one of them stands still for a moment, as under a garbage collector or a
 * busy neighbour. Nothing here is a reason for a second election.
 */
public final class QuietWorld {
  private static final int MACHINES = 3;
  private static final NetworkOptions NETWORK =
      new NetworkOptions(100, 900, Ratio.ZERO, Ratio.ZERO, Ratio.ZERO, true);
  private static final DiskOptions DISK =
      new DiskOptions(new Ratio(1, 1), Ratio.ZERO, 1L << 40, 100, 3_000);

  /** An answer takes about so long; the client thinks for the rest of its time. */
  private static final int ANSWER_MICROS = 5_000;

  /**
   * What is simulated.
   *
   * @param micros how long; at most half an hour, as times are ints
   * @param pauseMicros how long a machine stands still; 0 for never
   * @param pauseGapMicros the mean time between two such pauses
   */
  public record Plan(
      int seed, int micros, int operationsPerSecond, int pauseMicros, int pauseGapMicros) {
    public Plan {
      if (micros < 1 || micros > 1_800_000_000 || operationsPerSecond < 1) {
        throw new IllegalArgumentException("up to half an hour, from one operation a second on");
      }
    }
  }

  /** What came of it; {@code elections} counts the first one too. */
  public record Outcome(
      int elections, int events, int operations, int pauses, Optional<String> failure) {}

  private QuietWorld() {}

  public static Outcome run(Plan plan) {
    Prng prng = new Prng(plan.seed());
    Cluster cluster =
        new Cluster(options(plan), Mutation.NONE, prng.fork(), Cluster.Watch.by(Trace.off()));
    for (Fault.Timed timed : pauses(plan, prng.fork())) {
      cluster.queue().schedule(timed.atMicros(), new Event.Faulty(timed.fault()));
    }
    Optional<String> failure = Optional.empty();
    try {
      cluster.start();
      while (cluster.queue().nextMicros() <= plan.micros()) {
        cluster.dispatch(cluster.queue().next());
      }
      cluster.oracles().checkAll();
    } catch (Violation violation) {
      failure = Optional.of(violation.property() + ": " + violation.getMessage());
    } catch (Invariant.Broken broken) {
      failure = Optional.of("Invariant: " + broken.getMessage());
    }
    Stats stats = cluster.stats();
    return new Outcome(
        stats.elections,
        cluster.steps(),
        stats.writesDone + stats.readsDone,
        stats.pauses,
        failure);
  }

  private static WorldOptions options(Plan plan) {
    int thinkMicros = Math.max(0, 1_000_000 / plan.operationsPerSecond() - ANSWER_MICROS);
    return new WorldOptions(
        MACHINES,
        1,
        NETWORK,
        DISK,
        256 << 10,
        64,
        1 << 20,
        1 << 20,
        WorldOptions.Limits.WIDE,
        0,
        100,
        thinkMicros,
        0,
        0,
        WorldOptions.Growth.NONE);
  }

  /** One machine at a time, so that there is always a majority that runs. */
  private static List<Fault.Timed> pauses(Plan plan, Prng prng) {
    List<Fault.Timed> pauses = new ArrayList<>();
    if (plan.pauseMicros() == 0) {
      return pauses;
    }
    long at = prng.between(1, 2 * plan.pauseGapMicros());
    while (at + plan.pauseMicros() < plan.micros()) {
      int machine = prng.below(MACHINES);
      pauses.add(new Fault.Timed((int) at, new Fault.Pause(machine)));
      at += plan.pauseMicros();
      pauses.add(new Fault.Timed((int) at, new Fault.Resume(machine)));
      at += prng.between(1, 2 * plan.pauseGapMicros());
    }
    return pauses;
  }
}
