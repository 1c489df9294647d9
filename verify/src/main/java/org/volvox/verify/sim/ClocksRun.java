package org.volvox.verify.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.clock.ClockCampaign;
import org.volvox.worlds.clock.ClockWorld;
import org.volvox.worlds.clock.Played;
import org.volvox.worlds.clock.Property;
import org.volvox.worlds.clock.Script;
import org.volvox.worlds.clock.ScriptException;
import org.volvox.worlds.clock.Telling;

/** {@code ./dev sim clocks}: many seeds of the clocks' world, or one with its whole telling. */
final class ClocksRun {
  private static final int SEEDS_DEFAULT = 1_000;

  /** Floors are of sums; a handful of seeds may by chance be calm. */
  private static final int SEEDS_FOR_FLOORS = 20;

  private static final int FAILURES_MAX = 20;

  private ClocksRun() {}

  static int run(SimOptions options) {
    return options.seed().isPresent() ? one(options) : many(options);
  }

  private static int many(SimOptions options) {
    int seeds = options.seeds().orElse(SEEDS_DEFAULT);
    ClockCampaign campaign = new ClockCampaign();
    long begun = System.nanoTime();
    int failuresMax = options.keepGoing() ? FAILURES_MAX : 1;
    while (campaign.runs() < seeds && campaign.failures() < failuresMax) {
      campaign.run(options.from() + campaign.runs(), 1, ClocksRun::report);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    int runs = campaign.runs();
    System.out.println(campaign.total().text());
    System.out.println(
        "clocks: "
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

  private static void report(ClockWorld.Outcome outcome) {
    outcome
        .failure()
        .ifPresent(failed -> System.out.println(outcome.text() + "\n  " + failed.message()));
  }

  private static int one(SimOptions options) {
    ClockWorld.Outcome outcome = ClockWorld.run(options.seed().orElseThrow(), List.of());
    tell(outcome.script(), options.until().orElse(Integer.MAX_VALUE));
    System.out.println(outcome.counts().text());
    System.out.println(outcome.text());
    if (outcome.failure().isEmpty()) {
      return 0;
    }
    ClockWorld.Failure failure = outcome.failure().get();
    System.out.println(failure.message());
    for (Property property : Property.values()) {
      if (property.id().equals(failure.property())) {
        System.out.println("the fewest lines that break it:");
        System.out.print(ClockWorld.shortest(outcome.script(), property).text());
      }
    }
    return 1;
  }

  private static void tell(Script script, int until) {
    try {
      Played played = Played.play(script);
      for (int i = 0; i < Math.min(until, played.run().size()); i++) {
        System.out.println(
            (i + 1)
                + "  @"
                + played.run().at(i).at()
                + "  "
                + Telling.step(played.run(), i, played.rules()));
      }
    } catch (ScriptException e) {
      System.out.println("the script cannot be played: " + e.getMessage());
    }
  }

  /** Whether some seed shows that the rule is broken; prints which, or that none does. */
  static boolean hunt(BrokenRule rule, int from, int seeds) {
    for (int i = 0; i < seeds; i++) {
      Optional<ClockWorld.Failure> failure = ClockWorld.run(from + i, List.of(rule)).failure();
      if (failure.isPresent()) {
        System.out.println(
            "caught   clocks "
                + rule.id()
                + " after "
                + (i + 1)
                + " seeds: "
                + failure.get().property()
                + " seed=0x"
                + Integer.toHexString(from + i));
        return true;
      }
    }
    System.out.println("SURVIVED clocks " + rule.id() + " after " + seeds + " seeds");
    return false;
  }
}
