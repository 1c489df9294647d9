package org.volvox.verify.sim;

import java.time.Duration;
import org.volvox.worlds.raft.Campaign;
import org.volvox.worlds.raft.Mutation;
import org.volvox.worlds.raft.RunResult;

/** Many seeds in a row: totals, floors, a digest over all; the first failure ends it. */
final class Seeds {
  private static final int SEEDS_DEFAULT = 200;

  /** Floors are of sums; a handful of seeds may by chance be calm. */
  private static final int SEEDS_FOR_FLOORS = 20;

  private static final int FAILURES_MAX = 20;

  private Seeds() {}

  static int run(SimOptions options) {
    int seeds = options.seeds().orElse(SEEDS_DEFAULT);
    Campaign campaign = new Campaign();
    long begun = System.nanoTime();
    int at = options.from();
    while (campaign.total().runs < seeds) {
      campaign.run(at++, 1, Mutation.NONE, Seeds::report);
      if (campaign.failures() >= (options.keepGoing() ? FAILURES_MAX : 1)) {
        break;
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    int runs = campaign.total().runs;
    System.out.println(campaign.total().text());
    System.out.println(
        "raft: "
            + runs
            + " seeds from "
            + options.from()
            + ", "
            + campaign.failures()
            + " failed, digest "
            + campaign.digest());
    System.out.println(
        "took "
            + took.toMillis()
            + " ms, "
            + runs * 1000L / Math.max(1, took.toMillis())
            + " seeds/s");
    String below = runs < SEEDS_FOR_FLOORS || runs < seeds ? "" : campaign.belowFloor();
    if (!below.isEmpty()) {
      System.out.println("FAIL SomethingHappened " + below);
    }
    return campaign.failures() == 0 && below.isEmpty() ? 0 : 1;
  }

  private static void report(RunResult result) {
    if (result.failure().isPresent()) {
      System.out.println(result.text());
    }
  }
}
