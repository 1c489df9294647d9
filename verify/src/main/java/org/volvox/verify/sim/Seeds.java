package org.volvox.verify.sim;

import java.time.Duration;

/**
 * Many seeds of one world in a row: totals, floors, a digest over all; the first failure ends it.
 */
final class Seeds {
  /** Floors are of sums; a handful of seeds may by chance be calm. */
  private static final int SEEDS_FOR_FLOORS = 20;

  private static final int FAILURES_MAX = 20;

  private Seeds() {}

  /** What a world's campaign does and tells. */
  interface Runs {
    /** Runs one seed and prints its line if it fails. */
    void run(int seed);

    int failures();

    String total();

    String digest();

    /** What else is worth telling by the second. */
    String rates(Duration took);

    /** What did not happen often enough; empty if all did. */
    String belowFloor();
  }

  static int run(String world, int seeds, SimOptions options, Runs campaign) {
    long begun = System.nanoTime();
    int failuresMax = options.keepGoing() ? FAILURES_MAX : 1;
    int runs = 0;
    long ends = begun + options.minutes().orElse(0) * 60_000_000_000L;
    boolean timed = options.minutes().isPresent();
    while ((timed ? System.nanoTime() < ends : runs < seeds) && campaign.failures() < failuresMax) {
      campaign.run(options.from() + runs++);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.println(campaign.total());
    System.out.println(
        world
            + ": "
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
            + " seeds/s"
            + campaign.rates(took));
    boolean whole = campaign.failures() < failuresMax;
    String below = runs < SEEDS_FOR_FLOORS || !whole ? "" : campaign.belowFloor();
    if (!below.isEmpty()) {
      System.out.println("FAIL SomethingHappened " + below);
    }
    return campaign.failures() == 0 && below.isEmpty() ? 0 : 1;
  }
}
