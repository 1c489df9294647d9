package org.volvox.worlds.seed;

/** An oracle's finding: the property that does not hold, and the values that show it. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String property;
  private final String what;

  public Violation(String property, String what) {
    super(property + ": " + what);
    this.property = property;
    this.what = what;
  }

  /** As the end of a run of this seed. */
  public Outcome.Failure failure(String world, int seed, String mutant) {
    String broken = mutant.isEmpty() ? "" : " --mutant " + mutant;
    String command = "./dev sim " + world + " --seed 0x" + Integer.toHexString(seed) + broken;
    return new Outcome.Failure(property, what, command);
  }
}
