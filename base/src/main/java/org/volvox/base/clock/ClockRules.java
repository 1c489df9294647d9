package org.volvox.base.clock;

/**
 * The rules of a receive that teaching and mutation tests may break, in all clocks alike. A node
 * names only {@link #PAPER}; worlds and tests may override a method to see what goes wrong.
 */
public interface ClockRules {
  /** The clocks as published. */
  ClockRules PAPER = new ClockRules() {};

  /** Lamport 1978, IR2(b): a receive is above what was received, not only above its own past. */
  default boolean takesMaximum() {
    return true;
  }

  /** Lamport 1978, IR1: a receive is an event, so it moves the clock too. */
  default boolean ticksOnReceive() {
    return true;
  }

  /** Lamport 1978, IR2(a): a message carries its send's clock. */
  default boolean sendsClock() {
    return true;
  }
}
