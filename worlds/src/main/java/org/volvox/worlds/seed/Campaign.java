package org.volvox.worlds.seed;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.volvox.sim.Digest;

/** Runs many seeds one after the other, and holds what happened against floors. */
public final class Campaign<E extends Enum<E>> {
  private final IntFunction<Outcome<E>> world;
  private final Tally<E> total;
  private final List<Floor<E>> floors;
  private final Digest digest = new Digest();
  private int runs;
  private int failures;
  private long steps;
  private long simulatedMicros;

  /** So often at least must it happen in so many runs. */
  public record Floor<E>(E what, int times, int runs) {}

  /**
   * @param world runs a seed by the paper's rules
   * @param total empty, to add up what happens
   */
  public Campaign(IntFunction<Outcome<E>> world, Tally<E> total, List<Floor<E>> floors) {
    this.world = world;
    this.total = total;
    this.floors = List.copyOf(floors);
  }

  /** Runs {@code seeds} seeds; {@code onOutcome} sees each. */
  public void run(int from, int seeds, Consumer<Outcome<E>> onOutcome) {
    for (int i = 0; i < seeds; i++) {
      Outcome<E> outcome = world.apply(from + i);
      runs++;
      total.add(outcome.tally());
      steps += outcome.steps();
      simulatedMicros += outcome.micros();
      digest.mix(outcome.digest());
      failures += outcome.failure().isPresent() ? 1 : 0;
      onOutcome.accept(outcome);
    }
  }

  public int failures() {
    return failures;
  }

  public Tally<E> total() {
    return total;
  }

  /** Of all runs together. */
  public long steps() {
    return steps;
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
    for (Floor<E> floor : floors) {
      long count = total.get(floor.what());
      long least = (long) floor.times() * runs / floor.runs();
      if (count < least) {
        missing.append(floor.what()).append(' ').append(count);
        missing.append(" below ").append(least).append("; ");
      }
    }
    return missing.toString();
  }
}
