package org.volvox.verify.sim;

import java.time.Duration;
import java.util.List;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.clock.ClockCampaign;
import org.volvox.worlds.clock.ClockWorld;
import org.volvox.worlds.clock.Played;
import org.volvox.worlds.clock.Property;
import org.volvox.worlds.clock.Script;
import org.volvox.worlds.clock.ScriptException;
import org.volvox.worlds.clock.Telling;

/** {@code ./dev sim clocks}: many seeds of the clocks' world, or one with its whole telling. */
final class ClocksRun implements Seeds.Runs {
  private static final int SEEDS_DEFAULT = 1_000;

  private final ClockCampaign campaign = new ClockCampaign();

  private ClocksRun() {}

  static int run(SimOptions options) {
    return options.seed().isPresent()
        ? one(options)
        : Seeds.run("clocks", options.seeds().orElse(SEEDS_DEFAULT), options, new ClocksRun());
  }

  @Override
  public void run(int seed) {
    campaign.run(seed, 1, ClocksRun::report);
  }

  @Override
  public int failures() {
    return campaign.failures();
  }

  @Override
  public String total() {
    return campaign.total().text();
  }

  @Override
  public String digest() {
    return campaign.digest();
  }

  @Override
  public String rates(Duration took) {
    return "";
  }

  @Override
  public String belowFloor() {
    return campaign.belowFloor();
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
    return MutantsRun.hunt(
        "clocks-" + rule.id(),
        from,
        seeds,
        seed -> ClockWorld.run(seed, List.of(rule)).failure().map(ClockWorld.Failure::property));
  }
}
