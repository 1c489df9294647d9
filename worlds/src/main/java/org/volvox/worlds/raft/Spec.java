package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Prng;
import org.volvox.sim.fault.Fault;
import org.volvox.sim.fault.FaultPlan;

/**
 * Everything that a run depends on: equal specs give equal runs.
 *
 * @param kept the places of the faults that are left of the drawn plan, if some were taken away
 */
public record Spec(
    int seed,
    WorldOptions options,
    FaultPlan faults,
    Mutation mutation,
    Optional<List<Integer>> kept) {
  /** What {@code seed} stands for. */
  public static Spec draw(int seed, Mutation mutation) {
    Prng prng = new Prng(seed);
    WorldOptions options = WorldOptions.draw(prng.fork());
    FaultPlan faults = FaultPlan.draw(prng.fork(), options.machines(), RaftWorld.FAULTS_MICROS);
    return new Spec(seed, options, faults, mutation, Optional.empty());
  }

  /** The same with some of a drawn spec's faults only. */
  public Spec keeping(List<Integer> places) {
    List<Fault.Timed> fewer = new ArrayList<>();
    for (int place : places) {
      if (place < 0 || place >= faults.faults().size()) {
        throw new IllegalArgumentException(
            "there is no fault " + place + " of " + faults.faults().size());
      }
      fewer.add(faults.faults().get(place));
    }
    return new Spec(
        seed, options, new FaultPlan(fewer), mutation, Optional.of(List.copyOf(places)));
  }

  /** What {@code ./dev sim raft} needs to be told to run this. */
  String arguments() {
    StringBuilder text = new StringBuilder("--seed 0x").append(Integer.toHexString(seed));
    if (!mutation.equals(Mutation.NONE)) {
      text.append(" --mutant ").append(mutation.id());
    }
    kept.ifPresent(places -> {
      text.append(" --faults ").append(places.isEmpty() ? "none" : "");
      for (int i = 0; i < places.size(); i++) {
        text.append(i == 0 ? "" : ",").append(places.get(i));
      }
    });
    return text.toString();
  }
}
