package org.volvox.examples.calculator;

import org.volvox.client.service.Brief;
import org.volvox.client.service.Idempotent;

/** What the service does; server and client share only this file. A plain interface is enough. */
public interface Calculator {
  /**
   * The sum. Adding twice is as good as once, so a call may be tried again elsewhere; and it takes
   * no time, so it needs no thread of its own.
   */
  @Idempotent
  @Brief
  int add(int a, int b);
}
