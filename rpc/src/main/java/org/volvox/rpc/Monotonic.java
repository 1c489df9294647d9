package org.volvox.rpc;

import java.time.Duration;
import org.volvox.base.MonoTime;

/** The monotonic clock of this process, for the shells of this module. */
final class Monotonic {
  private Monotonic() {}

  static MonoTime now() {
    return new MonoTime(System.nanoTime());
  }

  static MonoTime in(Duration span) {
    return now().plus(span);
  }
}
