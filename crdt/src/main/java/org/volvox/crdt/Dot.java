package org.volvox.crdt;

/** The name of a change: the {@code count}th, from 1, of a replica. */
public record Dot(ReplicaId replica, long count) implements Comparable<Dot> {
  public Dot {
    if (count < 1) {
      throw new IllegalArgumentException("a replica's changes count from 1: " + count);
    }
  }

  @Override
  public int compareTo(Dot other) {
    int byReplica = replica.compareTo(other.replica);
    return byReplica != 0 ? byReplica : Long.compare(count, other.count);
  }

  @Override
  public String toString() {
    return replica + ":" + count;
  }
}
