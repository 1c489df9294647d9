package org.volvox.base;

/** A machine of the cluster, 1 to 65,535; never reused. Printed as n1, n2, ... */
public record NodeId(int value) implements Comparable<NodeId> {
  public NodeId {
    if (value < 1 || value > 0xFFFF) {
      throw new IllegalArgumentException("node id out of 1..65535: " + value);
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "n" + value;
  }
}
