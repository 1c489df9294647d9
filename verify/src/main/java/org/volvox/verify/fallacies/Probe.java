package org.volvox.verify.fallacies;

import java.util.Iterator;
import org.volvox.client.service.Idempotent;

/** The service that the matrix calls. */
public interface Probe {
  /** The name under which it is bound. */
  String NAME = "fallacies/Probe";

  /** Enters a word, which must happen once; gives how often it was entered by then. */
  int enter(String word);

  /** How often it was entered. */
  @Idempotent
  int entries(String word);

  @Idempotent
  long add(long left, long right);

  /** From this number down to 1. */
  Iterator<Long> down(long from);

  long sum(Iterator<Long> numbers);

  /** Throws an {@link IllegalStateException} with this message. */
  void fail(String why);
}
