package org.volvox.consensus.paxos;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * The number of a proposal: u64 count, u32 incarnation, u16 node, in this order. The incarnation
 * keeps a node that forgot in a restart what it proposed from proposing another value by the same
 * number.
 */
public record Ballot(long count, int incarnation, int node) implements Comparable<Ballot> {
  /** Below all that anybody proposes. */
  public static final Ballot NONE = new Ballot(0, 0, 0);

  static Ballot of(long count, int incarnation, NodeId node) {
    return new Ballot(count, incarnation, node.value());
  }

  /** The next one of the same proposer. */
  Ballot next() {
    return new Ballot(count + 1, incarnation, node);
  }

  public boolean isBelow(Ballot other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(Ballot other) {
    int byCount = Long.compare(count, other.count);
    int byNode = byCount != 0 ? byCount : Integer.compare(node, other.node);
    return byNode != 0 ? byNode : Integer.compare(incarnation, other.incarnation);
  }

  void write(ByteWriter out) {
    out.u64(count).u32(incarnation).u16(node);
  }

  static Ballot read(ByteReader in) throws MalformedException {
    return new Ballot(in.u64(), in.u32(), in.u16());
  }

  @Override
  public String toString() {
    return count + "@n" + node + "." + incarnation;
  }
}
