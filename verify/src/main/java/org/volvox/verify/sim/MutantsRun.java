package org.volvox.verify.sim;

import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.paxos.PaxosMutant;
import org.volvox.worlds.raft.Mutants;
import org.volvox.worlds.raft.Mutation;
import org.volvox.worlds.raft.RaftWorld;
import org.volvox.worlds.raft.RunResult;
import org.volvox.worlds.raft.Spec;

/** Breaks one rule at a time; the simulator must notice each within the seeds allowed. */
final class MutantsRun {
  private static final int SEEDS_DEFAULT = 1_000;

  private MutantsRun() {}

  static int run(SimOptions options) {
    int seeds = options.seeds().orElse(SEEDS_DEFAULT);
    if (options.mutant().isPresent()) {
      String id = options.mutant().get();
      if (id.startsWith("paxos-")) {
        return PaxosRun.hunt(PaxosMutant.named(id), options.from(), seeds) ? 0 : 1;
      }
      return hunt(Mutants.named(id), options.from(), seeds) ? 0 : 1;
    }
    int survivors = 0;
    for (Mutation mutant : Mutants.ALL) {
      survivors += hunt(mutant, options.from(), seeds) ? 0 : 1;
    }
    for (BrokenRule rule : BrokenRule.values()) {
      survivors += ClocksRun.hunt(rule, options.from(), seeds) ? 0 : 1;
    }
    for (PaxosMutant mutant : PaxosMutant.values()) {
      survivors += PaxosRun.hunt(mutant, options.from(), seeds) ? 0 : 1;
    }
    int all = Mutants.ALL.size() + BrokenRule.values().length + PaxosMutant.values().length;
    System.out.println(
        "mutants: "
            + (all - survivors)
            + " caught, "
            + survivors
            + " survived "
            + seeds
            + " seeds");
    return survivors == 0 ? 0 : 1;
  }

  private static boolean hunt(Mutation mutant, int from, int seeds) {
    for (int i = 0; i < seeds; i++) {
      RunResult result = RaftWorld.run(Spec.draw(from + i, mutant));
      if (result.failure().isPresent()) {
        System.out.println(
            "caught "
                + mutant.id()
                + " seed=0x"
                + Integer.toHexString(from + i)
                + " after "
                + (i + 1)
                + " seeds: "
                + result.failure().get().property());
        return true;
      }
    }
    System.out.println("SURVIVED " + mutant.id() + " after " + seeds + " seeds");
    return false;
  }
}
