package org.volvox.worlds.seed;

import java.util.Optional;

/** How one run ended, after how many steps and when; without a failure if all held. */
public record Outcome<E extends Enum<E>>(
    int seed, long steps, Tally<E> tally, int micros, String digest, Optional<Failure> failure) {
  /** The property that did not hold, the values that show it, and what to type to see it. */
  public record Failure(String property, String message, String command) {}

  /** The line to paste; as {@code ./dev sim} understands it. */
  public String text() {
    String hex = "0x" + Integer.toHexString(seed);
    return failure
        .map(failed ->
            "FAIL "
                + failed.property()
                + " seed="
                + hex
                + " step="
                + steps
                + "  "
                + failed.command())
        .orElse("ok seed=" + hex + " steps=" + steps + " digest=" + digest);
  }
}
