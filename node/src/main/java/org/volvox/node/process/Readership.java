package org.volvox.node.process;

/**
 * Who reads one program's outputs, and since when nobody does: what tells a program whose caller
 * was killed from one whose caller looks for another entry node.
 */
final class Readership {
  private int readers;
  private boolean wasRead;
  private boolean hungUp;
  private long aloneSinceNanos;
  private long hungUpNanos;

  Readership(long nowNanos) {
    this.aloneSinceNanos = nowNanos;
  }

  /** A reader came; false if the program was hung up before. */
  synchronized boolean come() {
    if (hungUp) {
      return false;
    }
    readers++;
    wasRead = true;
    return true;
  }

  synchronized void leave(long nowNanos) {
    readers--;
    aloneSinceNanos = nowNanos;
  }

  /**
   * True once: when all readers have been away for longer than the grace. A program that nobody
   * ever read was started to run by itself; it is hung up only when it waits for a reader.
   */
  synchronized boolean hangUp(long nowNanos, long graceNanos, boolean waitsForReader) {
    if (hungUp || readers > 0 || nowNanos - aloneSinceNanos <= graceNanos) {
      return false;
    }
    hungUp = wasRead || waitsForReader;
    hungUpNanos = nowNanos;
    return hungUp;
  }

  /** Whether somebody reads now. */
  synchronized boolean isRead() {
    return readers > 0;
  }

  synchronized boolean isHungUp() {
    return hungUp;
  }

  /** Whether it was hung up longer ago than the grace, and goes on. */
  synchronized boolean ignoresHangUp(long nowNanos, long graceNanos) {
    return hungUp && nowNanos - hungUpNanos > graceNanos;
  }
}
