package org.volvox.verify.sim;

import org.volvox.consensus.raft.Rules;
import org.volvox.worlds.raft.Mutants;
import org.volvox.worlds.small.Bounds;
import org.volvox.worlds.small.Explorer;
import org.volvox.worlds.small.Start;

/** {@code ./dev sim exhaustive}: every order of events of three nodes, up to a depth. */
final class ExhaustiveRun {
  private static final int DEPTH_DEFAULT = 7;

  private ExhaustiveRun() {}

  static int run(SimOptions options) {
    Bounds bounds = Bounds.of(options.depth().orElse(DEPTH_DEFAULT));
    int failed = 0;
    for (Start start : Start.values()) {
      if (options.mutant().isPresent()) {
        failed += explore(start, Mutants.named(options.mutant().get()).core(), "", bounds);
      } else {
        // Without pre-votes an election takes half the steps, so the same depth reaches further.
        failed += explore(start, Rules.PAPER, "", bounds);
        failed += explore(start, Mutants.SKIPS_PRE_VOTE.core(), ", no pre-votes", bounds);
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private static int explore(Start start, Rules rules, String variant, Bounds bounds) {
    long begun = System.nanoTime();
    Explorer.Outcome outcome = Explorer.explore(start, rules, bounds);
    long millis = (System.nanoTime() - begun) / 1_000_000;
    System.out.println(
        "exhaustive from "
            + start
            + variant
            + ": "
            + outcome.states()
            + " states, "
            + outcome.transitions()
            + " transitions, every one up to depth "
            + outcome.depth()
            + (outcome.bounded() ? " (the limit of states came first)" : "")
            + ", "
            + millis
            + " ms");
    outcome
        .failure()
        .ifPresent(failure -> {
          System.out.println("FAIL " + failure.property() + ": " + failure.message());
          failure.choices().forEach(choice -> System.out.println("  " + choice));
        });
    return outcome.failure().isPresent() ? 1 : 0;
  }
}
