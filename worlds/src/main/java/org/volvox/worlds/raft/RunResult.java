package org.volvox.worlds.raft;

import java.util.Optional;

/** How one run ended. */
public record RunResult(
    Spec spec, int steps, Stats stats, String digest, Optional<Failure> failure) {
  /** The property that did not hold, at which step, and the values that show it. */
  public record Failure(String property, int step, String message) {}

  public int seed() {
    return spec.seed();
  }

  /** The line to paste; as {@code ./dev sim} understands it. */
  public String text() {
    String hex = "0x" + Integer.toHexString(seed());
    return failure
        .map(failed ->
            "FAIL "
                + failed.property()
                + " seed="
                + hex
                + " step="
                + failed.step()
                + "  ./dev sim raft "
                + spec.arguments()
                + " --until "
                + failed.step())
        .orElse("ok seed=" + hex + " steps=" + steps + " digest=" + digest);
  }
}
