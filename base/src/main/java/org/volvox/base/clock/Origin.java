package org.volvox.base.clock;

import org.volvox.base.NodeId;
import org.volvox.base.SessionId;

/** Who makes events: a node, or a client by its session. Nodes sort before clients. */
public sealed interface Origin extends Comparable<Origin> {
  record Node(NodeId id) implements Origin {
    @Override
    public String toString() {
      return id.toString();
    }
  }

  record Client(SessionId id) implements Origin {
    @Override
    public String toString() {
      return id.toString();
    }
  }

  /** 64 bits: the top bit tells a client from a node. */
  default long code() {
    return switch (this) {
      case Node(var id) -> id.value();
      case Client(var id) -> id.value() | Long.MIN_VALUE;
    };
  }

  static Origin ofCode(long code) {
    return code < 0
        ? new Client(new SessionId(code & Long.MAX_VALUE))
        : new Node(new NodeId((int) Math.min(code, Integer.MAX_VALUE)));
  }

  @Override
  default int compareTo(Origin other) {
    return Long.compareUnsigned(code(), other.code());
  }
}
