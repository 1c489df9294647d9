package org.volvox.worlds.clock;

/** What holds of the clocks in every run by the paper's rules; the words are the lab's. */
public enum Property {
  /** Lamport 1978, the Clock Condition. */
  CLOCK_CONDITION("clock-condition", "If a happened before b, then C(a) < C(b)"),
  NODE_ORDER("node-order", "A node's clock grows with each of its events"),
  /** Lamport 1978, the relation =&gt;. */
  TOTAL_ORDER("total-order", "In the total order no effect stands before its cause"),
  /** Mattern 1989. */
  VECTOR("vector", "The vector clock counts exactly the events that happened before"),
  /** Kulkarni and others 2014, theorem 1. */
  HYBRID_ORDER("hybrid-order", "If a happened before b, then H(a) < H(b)"),
  /** Kulkarni and others 2014, theorem 2. */
  HYBRID_WALL("hybrid-wall", "H shows the latest physical clock in the event's past");

  private final String id;
  private final String title;

  Property(String id, String title) {
    this.id = id;
    this.title = title;
  }

  public String id() {
    return id;
  }

  public String title() {
    return title;
  }
}
