package org.volvox.sim.history;

import java.util.Optional;

/**
 * The object as one thread would use it. States are values with equals and hashCode; keys are
 * independent of each other.
 */
public interface SequentialModel<S> {
  S initial();

  /** The state after the operation; empty if it cannot have that result here. */
  Optional<S> step(S state, Operation operation);
}
