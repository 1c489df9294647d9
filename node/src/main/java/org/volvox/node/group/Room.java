package org.volvox.node.group;

/**
 * How much may wait in a queue, by count and by bytes; one that comes alone always fits. Any thread
 * may call.
 */
final class Room {
  private final int countMax;
  private final long bytesMax;
  private int count;
  private long bytes;

  Room(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /** Takes a place, if there is one; what weighs nothing only counts. */
  synchronized boolean enter(long weight) {
    boolean fits = count < countMax && (weight == 0 || bytes == 0 || bytes + weight <= bytesMax);
    if (fits) {
      count++;
      bytes += weight;
    }
    return fits;
  }

  synchronized void leave(long weight) {
    count--;
    bytes -= weight;
  }
}
