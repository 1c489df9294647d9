package org.volvox.calls.service;

/**
 * Keeps the attempts of many calls from multiplying an overload (gRPC A6, throttling retry
 * attempts): what fails costs one, what succeeds gives back a small part of one, and nothing is
 * tried again unless more than half is left. One for each caller and service. Any thread may call
 * it.
 */
public final class RetryBudget {
  private final int partsMax;
  private final int partsOfOne;
  private int parts;

  /**
   * @param failuresMax half as many failures in a row stop all repetition
   * @param successesForOne how many successes make up for one failure
   */
  public RetryBudget(int failuresMax, int successesForOne) {
    if (failuresMax < 2 || successesForOne < 1) {
      throw new IllegalArgumentException(
          failuresMax + " failures, " + successesForOne + " for one");
    }
    partsMax = failuresMax * successesForOne;
    partsOfOne = successesForOne;
    parts = partsMax;
  }

  /** What was open at one host may fail with it; ten successes for one are gRPC's example. */
  public static RetryBudget usual() {
    return new RetryBudget(100, 10);
  }

  /** An attempt failed in a way that overload may cause. */
  public synchronized void failed() {
    parts = Math.max(0, parts - partsOfOne);
  }

  /** An attempt was answered by what it ran. */
  public synchronized void succeeded() {
    parts = Math.min(partsMax, parts + 1);
  }

  /** Whether what failed may be tried again. */
  public synchronized boolean allows() {
    return parts > partsMax / 2;
  }
}
