package org.volvox.worlds;

import java.util.List;
import org.volvox.calls.service.ServiceRules;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.crdt.ReplicaRules;
import org.volvox.worlds.clock.ClockWorld;
import org.volvox.worlds.crdt.CrdtWorld;
import org.volvox.worlds.keys.KeysRules;
import org.volvox.worlds.keys.KeysWorld;
import org.volvox.worlds.machine.MachineWorld;
import org.volvox.worlds.paxos.PaxosWorld;
import org.volvox.worlds.raft.Mutation;
import org.volvox.worlds.raft.RaftWorld;
import org.volvox.worlds.raft.RunResult;
import org.volvox.worlds.raft.Spec;
import org.volvox.worlds.rpc.RpcWorld;

/** One seed of a world as a short text; equal on every platform, or something is not pure. */
public final class SimDigest {
  private SimDigest() {}

  /** Prints {@link #run} for a world and each of the seeds named; the same on each platform. */
  public static void main(String[] args) {
    for (int i = 1; i < args.length; i++) {
      System.out.println(args[0] + " " + args[i] + " " + run(args[0], Integer.parseInt(args[i])));
    }
  }

  /** Runs {@code seed} of {@code world}; says how it ended and its digest. */
  public static String run(String world, int seed) {
    return switch (world) {
      case "raft" -> raft(seed);
      case "machine" -> MachineWorld.run(seed).toString();
      case "clocks" -> ClockWorld.run(seed, List.of()).text();
      case "paxos" -> PaxosWorld.run(seed, PaxosRules.PAPER).text();
      case "crdt" -> CrdtWorld.run(seed, ReplicaRules.PAPER).text();
      case "keys" -> KeysWorld.run(seed, KeysRules.PAPER).text();
      case "rpc" -> RpcWorld.run(seed, ServiceRules.PAPER).text();
      default ->
          throw new IllegalArgumentException(
              "no world " + world + "; there are: clocks, crdt, keys, machine, paxos, raft, rpc");
    };
  }

  private static String raft(int seed) {
    RunResult result = RaftWorld.run(Spec.draw(seed, Mutation.NONE));
    return result.failure().map(RunResult.Failure::property).orElse("ok")
        + " "
        + result.steps()
        + " "
        + result.digest();
  }
}
