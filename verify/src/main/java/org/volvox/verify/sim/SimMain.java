package org.volvox.verify.sim;

import java.io.IOException;
import java.util.List;

/**
 * {@code ./dev sim raft|exhaustive|speed|quiet|clocks|paxos|rpc|crdt|keys|mutants|scenarios}: exit
 * 0 if all held, 1 if something did not, 2 for a wrong command line. A failure is one line that can
 * be pasted.
 */
public final class SimMain {
  private static final String USAGE =
      """
      usage: ./dev sim raft [--seeds N | --minutes N] [--from SEED] [--keep-going]
             ./dev sim raft --seed SEED [--until STEP] [--mutant NAME] [--faults PLACES]
                                                         one seed with its trace, minimised
             ./dev sim exhaustive [--depth N] [--mutant NAME]
                                                         three nodes, every order of events
             ./dev sim speed                             3 nodes, 20 operations/s: simulated over real time
             ./dev sim quiet [--hours N]                 pauses of 200 ms: no second election
             ./dev sim clocks [--seeds N] [--from SEED] [--keep-going]
             ./dev sim clocks --seed SEED [--until STEP]   one seed step by step, and what breaks it
             ./dev sim paxos|rpc|crdt|keys [--seeds N | --minutes N] [--from SEED] [--keep-going]
             ./dev sim paxos|rpc|crdt|keys --seed SEED [--until STEP] [--mutant NAME]
                                                         one seed with its trace
             ./dev sim mutants [--seeds N] [--from SEED] [--mutant NAME]
             ./dev sim scenarios
      SEED is decimal or 0x...\
      """;

  private SimMain() {}

  public static void main(String[] args) throws IOException {
    System.exit(run(List.of(args)));
  }

  /** As {@link #main}, without leaving. */
  public static int run(List<String> args) throws IOException {
    try {
      SimOptions options = SimOptions.parse(args);
      return switch (options.command()) {
        case "raft" ->
            options.seed().isPresent() ? new Replay(options).run() : RaftRun.run(options);
        case "exhaustive" -> ExhaustiveRun.run(options);
        case "speed" -> QuietRun.speed();
        case "quiet" -> QuietRun.quiet(options);
        case "clocks" -> ClocksRun.run(options);
        case "paxos" -> WorldRun.paxos(options);
        case "rpc" -> WorldRun.rpc(options);
        case "crdt" -> WorldRun.crdt(options);
        case "keys" -> WorldRun.keys(options);
        case "mutants" -> MutantsRun.run(options);
        case "scenarios" -> ScenariosRun.run();
        default -> throw new IllegalArgumentException("no such command: " + options.command());
      };
    } catch (IllegalArgumentException e) {
      System.err.println("sim: " + e.getMessage());
      System.err.println(USAGE);
      return 2;
    }
  }
}
