package org.volvox.verify.sim;

import java.util.Optional;
import java.util.function.IntFunction;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.crdt.CrdtMutant;
import org.volvox.worlds.keys.KeysMutant;
import org.volvox.worlds.paxos.PaxosMutant;
import org.volvox.worlds.raft.Mutants;
import org.volvox.worlds.raft.Mutation;
import org.volvox.worlds.raft.RaftWorld;
import org.volvox.worlds.raft.RunResult;
import org.volvox.worlds.raft.Spec;
import org.volvox.worlds.rpc.RpcMutant;

/** Breaks one rule at a time; the simulator must notice each within the seeds allowed. */
final class MutantsRun {
  private static final int SEEDS_DEFAULT = 1_000;

  private MutantsRun() {}

  static int run(SimOptions options) {
    int seeds = options.seeds().orElse(SEEDS_DEFAULT);
    if (options.mutant().isPresent()) {
      String id = options.mutant().get();
      if (id.startsWith("paxos-")) {
        return WorldRun.hunt(PaxosMutant.named(id), options.from(), seeds) ? 0 : 1;
      }
      if (id.startsWith("rpc-")) {
        return WorldRun.hunt(RpcMutant.named(id), options.from(), seeds) ? 0 : 1;
      }
      if (id.startsWith("crdt-")) {
        return WorldRun.hunt(CrdtMutant.named(id), options.from(), seeds) ? 0 : 1;
      }
      if (id.startsWith("keys-")) {
        return WorldRun.hunt(KeysMutant.named(id), options.from(), seeds) ? 0 : 1;
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
      survivors += WorldRun.hunt(mutant, options.from(), seeds) ? 0 : 1;
    }
    for (RpcMutant mutant : RpcMutant.values()) {
      survivors += WorldRun.hunt(mutant, options.from(), seeds) ? 0 : 1;
    }
    for (CrdtMutant mutant : CrdtMutant.values()) {
      survivors += WorldRun.hunt(mutant, options.from(), seeds) ? 0 : 1;
    }
    for (KeysMutant mutant : KeysMutant.values()) {
      survivors += WorldRun.hunt(mutant, options.from(), seeds) ? 0 : 1;
    }
    int worlds =
        PaxosMutant.values().length
            + RpcMutant.values().length
            + CrdtMutant.values().length
            + KeysMutant.values().length;
    int all = Mutants.ALL.size() + BrokenRule.values().length + worlds;
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
    return hunt(
        mutant.id(),
        from,
        seeds,
        seed -> RaftWorld.run(Spec.draw(seed, mutant)).failure().map(RunResult.Failure::property));
  }

  /**
   * Whether some seed shows that a rule is broken; prints which, or that none does.
   *
   * @param world the property that did not hold with a seed
   */
  static boolean hunt(String id, int from, int seeds, IntFunction<Optional<String>> world) {
    for (int i = 0; i < seeds; i++) {
      Optional<String> property = world.apply(from + i);
      if (property.isPresent()) {
        System.out.println(
            "caught "
                + id
                + " seed=0x"
                + Integer.toHexString(from + i)
                + " after "
                + (i + 1)
                + " seeds: "
                + property.get());
        return true;
      }
    }
    System.out.println("SURVIVED " + id + " after " + seeds + " seeds");
    return false;
  }
}
