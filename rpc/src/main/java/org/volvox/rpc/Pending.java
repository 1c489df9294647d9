package org.volvox.rpc;

/** Stands where a shell is being filled in. */
final class Pending {
  private Pending() {}

  static <T> T here(Object... with) {
    throw new UnsupportedOperationException("not there yet, " + with.length);
  }
}
