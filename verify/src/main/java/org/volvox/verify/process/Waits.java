package org.volvox.verify.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes bring about, of which nothing here is told. */
public final class Waits {
  private static final long LOOK_AGAIN_NANOS = 20_000_000;

  private Waits() {}

  /** Returns when the condition holds; after {@code limit} fails with what is the matter. */
  public static void until(Duration limit, BooleanSupplier condition, Supplier<String> matter) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("after " + limit.toSeconds() + " s: " + matter.get());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
