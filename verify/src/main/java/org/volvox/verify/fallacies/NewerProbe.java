package org.volvox.verify.fallacies;

/** A {@link Probe} of a later day, as a caller has it: with a method that the host lacks. */
public interface NewerProbe extends Probe {
  int gone(int number);
}
