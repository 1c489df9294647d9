package org.volvox.sim.history;

/**
 * What one client asked and got. {@code call} and {@code end} are places in the one order in which
 * the clients' events happened; an operation without an answer has no end: it may take effect at
 * any time after its call, or never.
 */
public record Operation(
    int client, int key, int kind, int argument, int result, int call, int end) {
  /** The end of an operation that was never answered. */
  public static final int OPEN = Integer.MAX_VALUE;

  public boolean isOpen() {
    return end == OPEN;
  }
}
