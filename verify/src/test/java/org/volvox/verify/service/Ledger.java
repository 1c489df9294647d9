package org.volvox.verify.service;

import java.io.IOException;

/** Counts entries, each of which must be made once. */
public interface Ledger {
  /** Enters a number; gives how many were entered here with it. */
  long enter(long number) throws IOException;
}
