package org.volvox.rpc;

import java.util.concurrent.Semaphore;

/**
 * Whether a reader looks for what comes for a moment before it sleeps. To be woken takes longer
 * than a short call and more of the processor's time than the look; so it pays while answers come
 * at once, and is left when they do not. Used by the thread whose turn it is to read.
 */
final class Spinning {
  /** A sleep and a wake. */
  static final long NANOS = 30_000;

  /** Half of the processors at most, so none on a machine with one. */
  private static final Semaphore ROOM =
      new Semaphore(Runtime.getRuntime().availableProcessors() / 2);

  private static final int LUCK_MAX = 8;
  private static final int LUCK_AT_FIRST = 2;

  /** Without luck every so many waits are tried. */
  private static final int TRY_EVERY = 32;

  private int luck = LUCK_AT_FIRST;
  private int waits;

  /** Takes a place among those that spin; it ends with {@link #hit} or {@link #missed}. */
  boolean begin() {
    waits++;
    return (luck > 0 || waits % TRY_EVERY == 0) && ROOM.tryAcquire();
  }

  void hit() {
    ROOM.release();
    luck = Math.min(LUCK_MAX, luck + 1);
  }

  void missed() {
    ROOM.release();
    luck = Math.max(0, luck - 2);
  }
}
