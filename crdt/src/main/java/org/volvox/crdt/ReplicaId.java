package org.volvox.crdt;

/**
 * One store's life on one node. A store that is lost is followed by another replica: the dots of
 * the lost one are known to others, and must not be given again.
 */
public record ReplicaId(long value) implements Comparable<ReplicaId> {
  @Override
  public int compareTo(ReplicaId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return "r" + Long.toUnsignedString(value, 16);
  }
}
