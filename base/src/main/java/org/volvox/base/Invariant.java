package org.volvox.base;

/**
 * Checks that hold unless Volvox itself has a bug; always on. A failure stops the node and is never
 * caught below its event loop.
 */
public final class Invariant {
  private Invariant() {}

  /** Thrown when an invariant does not hold; the message carries the values. */
  public static final class Broken extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  public static void check(boolean holds, String message) {
    if (!holds) {
      throw new Broken(message);
    }
  }

  /** As {@link #check(boolean, String)}; the values are put behind the message on failure only. */
  public static void check(boolean holds, String message, Object left, Object right) {
    if (!holds) {
      throw new Broken(message + ": " + left + ", " + right);
    }
  }

  public static Broken broken(String message) {
    return new Broken(message);
  }
}
