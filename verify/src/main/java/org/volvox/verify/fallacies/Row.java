package org.volvox.verify.fallacies;

import java.io.IOException;

/**
 * A row: one command or call, made under each fault.
 *
 * @param command which of the command table it is for; of a call by a program {@link #CALLS}
 * @param title what the table shows
 * @param where which faults it is for
 */
record Row(String command, String title, Where where, Work work) {
  /** What is no command. */
  static final String CALLS = "a program's call";

  /** Under which faults a row runs. */
  enum Where {
    /** Under all, also in the selection for every build. */
    ALWAYS,
    /** Under all, in the whole matrix. */
    WHOLE,
    /** Nothing of it leaves the machine: under a cut, which must not matter. */
    LOCAL
  }

  /** Makes it, once. */
  interface Work {
    Cell at(Place place) throws IOException;
  }

  boolean isFor(Fault fault, boolean isWhole) {
    return switch (where) {
      case ALWAYS -> true;
      case WHOLE -> isWhole;
      case LOCAL -> fault == Fault.CUT;
    };
  }
}
