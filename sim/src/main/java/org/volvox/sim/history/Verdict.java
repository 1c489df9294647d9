package org.volvox.sim.history;

/** What the checker found; {@link Undecided} when a key's search outgrew its limit. */
public sealed interface Verdict {
  record Linearizable() implements Verdict {}

  /** No order explains the key's history; {@code stuck} is the last answer that nothing reached. */
  record Violated(int key, Operation stuck) implements Verdict {}

  record Undecided(int key) implements Verdict {}
}
