package org.volvox.worlds.paxos;

import java.util.function.Consumer;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.sim.Digest;

/** Runs many seeds one after the other, and holds what happened against floors. */
public final class PaxosCampaign {
  private final Digest digest = new Digest();
  private final Tally total = new Tally();
  private int runs;
  private int failures;
  private long simulatedMicros;

  /** Runs {@code seeds} seeds; {@code onOutcome} sees each. */
  public void run(int from, int seeds, Consumer<PaxosWorld.Outcome> onOutcome) {
    for (int i = 0; i < seeds; i++) {
      PaxosWorld.Outcome outcome = PaxosWorld.run(from + i, PaxosRules.PAPER);
      runs++;
      total.add(outcome.tally());
      simulatedMicros += outcome.micros();
      digest.mix(outcome.digest());
      failures += outcome.failure().isPresent() ? 1 : 0;
      onOutcome.accept(outcome);
    }
  }

  public int failures() {
    return failures;
  }

  public Tally total() {
    return total;
  }

  /** Of all runs together. */
  public long simulatedMicros() {
    return simulatedMicros;
  }

  /** Of all runs, in order. */
  public String digest() {
    return digest.hex();
  }

  /** What did not happen often enough; empty if all did. Meant for twenty seeds and more. */
  public String belowFloor() {
    StringBuilder missing = new StringBuilder();
    require(missing, Tally.Of.DONE, 30 * runs);
    require(missing, Tally.Of.DIFFERS, 5 * runs);
    require(missing, Tally.Of.UNKNOWN, runs / 4);
    require(missing, Tally.Of.AGAIN, runs / 4);
    require(missing, Tally.Of.CRASHES, runs);
    require(missing, Tally.Of.CHANGES, 2 * runs);
    require(missing, Tally.Of.ERASED, runs);
    return missing.toString();
  }

  private void require(StringBuilder missing, Tally.Of what, int floor) {
    long count = total.get(what);
    if (count < floor) {
      missing.append(what).append(' ').append(count).append(" below ").append(floor).append("; ");
    }
  }
}
