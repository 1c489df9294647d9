package org.volvox.worlds.raft;

import java.util.function.Consumer;
import org.volvox.sim.Digest;

/**
 * Runs many seeds one after the other, adds up what happened, and holds the sums against floors: a
 * campaign without elections, crashes or lost messages has tested nothing.
 */
public final class Campaign {
  private final Stats total = new Stats();
  private final Digest digest = new Digest();
  private int failures;
  private long simulatedMicros;

  /** Runs {@code seeds} seeds; {@code onResult} sees each result. */
  public void run(int from, int seeds, Mutation mutation, Consumer<RunResult> onResult) {
    for (int i = 0; i < seeds; i++) {
      RunResult result = RaftWorld.run(Spec.draw(from + i, mutation));
      total.add(result.stats());
      simulatedMicros += result.stats().simulatedMicros;
      digest.mix(result.digest());
      failures += result.failure().isPresent() ? 1 : 0;
      onResult.accept(result);
    }
  }

  public Stats total() {
    return total;
  }

  public int failures() {
    return failures;
  }

  /** Of all runs together; too much for an int of microseconds. */
  public long simulatedMicros() {
    return simulatedMicros;
  }

  /** Of all runs, in order. */
  public String digest() {
    return digest.hex();
  }

  /** What did not happen often enough; empty if all did. Meant for twenty seeds and more. */
  public String belowFloor() {
    int runs = total.runs;
    StringBuilder missing = new StringBuilder();
    require(missing, "elections", total.elections, runs);
    require(missing, "commits", total.commits, 20 * runs);
    require(missing, "crashes", total.crashes, runs);
    require(missing, "restarts", total.restarts, runs);
    require(missing, "partitions", total.partitions, runs);
    require(missing, "dropped", total.dropped, 50 * runs);
    require(missing, "duplicated", total.duplicated, 20 * runs);
    require(missing, "writes done", total.writesDone, 5 * runs);
    require(missing, "reads done", total.readsDone, 2 * runs);
    require(missing, "sectors lost", total.lostSectors, runs / 2);
    require(missing, "damages", total.bitFlips + total.misdirected + total.wipes, runs / 8);
    require(missing, "damages noticed", total.damagesFound + total.refusedStarts, runs / 20);
    require(missing, "logs repaired", total.repairs, runs / 20);
    return missing.toString();
  }

  private static void require(StringBuilder missing, String what, int count, int floor) {
    if (count < floor) {
      missing.append(what).append(' ').append(count).append(" below ").append(floor).append("; ");
    }
  }
}
