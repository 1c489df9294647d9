package org.volvox.worlds.raft;

import java.util.List;
import org.volvox.base.Prng;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.fault.FaultPlan;

/** Everything that a run depends on: equal specs give equal runs. */
public record Spec(int seed, WorldOptions options, FaultPlan faults, Mutation mutation) {
  /** What {@code seed} stands for. */
  public static Spec draw(int seed, Mutation mutation) {
    Prng prng = new Prng(seed);
    WorldOptions options = WorldOptions.draw(prng.fork());
    FaultPlan faults = FaultPlan.draw(prng.fork(), options.nodes(), RaftWorld.FAULTS_MICROS);
    return new Spec(seed, options, faults, mutation);
  }

  public Spec withFaults(List<Fault.Timed> fewer) {
    return new Spec(seed, options, new FaultPlan(fewer), mutation);
  }
}
