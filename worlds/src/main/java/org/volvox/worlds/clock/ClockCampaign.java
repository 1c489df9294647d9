package org.volvox.worlds.clock;

import java.util.List;
import java.util.function.Consumer;
import org.volvox.sim.Digest;

/**
 * Runs many seeds one after the other, adds up what happened, and holds the sums against floors: a
 * campaign in which no message is lost or overtaken has tested nothing.
 */
public final class ClockCampaign {
  private final Digest digest = new Digest();
  private ClockWorld.Counts total = ClockWorld.Counts.NONE;
  private int runs;
  private int failures;

  /** Runs {@code seeds} seeds; {@code onOutcome} sees each. */
  public void run(int from, int seeds, Consumer<ClockWorld.Outcome> onOutcome) {
    for (int i = 0; i < seeds; i++) {
      ClockWorld.Outcome outcome = ClockWorld.run(from + i, List.of());
      runs++;
      total = total.plus(outcome.counts());
      digest.mix(outcome.digest());
      failures += outcome.failure().isPresent() ? 1 : 0;
      onOutcome.accept(outcome);
    }
  }

  public int runs() {
    return runs;
  }

  public int failures() {
    return failures;
  }

  public ClockWorld.Counts total() {
    return total;
  }

  /** Of all runs, in order. */
  public String digest() {
    return digest.hex();
  }

  /** What did not happen often enough; empty if all did. Meant for twenty seeds and more. */
  public String belowFloor() {
    StringBuilder missing = new StringBuilder();
    require(missing, "events", total.events(), 40 * runs);
    require(missing, "messages", total.messages(), 15 * runs);
    require(missing, "lost", total.lost(), runs);
    require(missing, "copies", total.copies(), runs);
    require(missing, "overtaken", total.overtaken(), runs);
    require(missing, "joins and leaves", total.comings(), runs / 4);
    require(missing, "concurrent pairs", total.concurrent(), 100 * runs);
    return missing.toString();
  }

  private static void require(StringBuilder missing, String what, int count, int floor) {
    if (count < floor) {
      missing.append(what).append(' ').append(count).append(" below ").append(floor).append("; ");
    }
  }
}
