package org.volvox.worlds.small;

/**
 * How far an exploration goes.
 *
 * @param depth choices in a row from the start; what is still on its way then counts as lost
 * @param timeouts how often a timer may come, over all nodes
 * @param crashes how often a node may restart, in the middle of a write or between two inputs
 * @param duplicates how often a message may stay on its way although it came
 * @param statesMax the exploration ends when it has seen so many, and says so
 */
public record Bounds(
    int depth, int timeouts, int proposals, int reads, int crashes, int duplicates, int statesMax) {
  /** A bit of everything. */
  public static Bounds of(int depth) {
    return new Bounds(depth, 4, 1, 1, 1, 1, 20_000_000);
  }
}
