package org.volvox.worlds.clock;

import org.volvox.base.WallTime;
import org.volvox.base.clock.ClockRules;
import org.volvox.base.clock.HybridTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;

/** A node's three clocks after an event. Every rule is that of {@code base.clock}. */
public record Clocks(LamportTime lamport, VectorClock vector, HybridTime hybrid) {
  public static final Clocks ZERO = new Clocks(LamportTime.ZERO, VectorClock.ZERO, HybridTime.ZERO);

  /** After a local event or a send of {@code origin}. */
  public Clocks next(Origin origin, WallTime wall) {
    return new Clocks(lamport.next(), vector.tick(origin), hybrid.next(wall));
  }

  /** What the message of this send carries. */
  public Clocks carried(ClockRules rules) {
    return rules.sendsClock() ? this : ZERO;
  }

  /** After the receive of {@code carried}. */
  public Clocks receive(Clocks carried, Origin origin, WallTime wall, ClockRules rules) {
    return new Clocks(
        lamport.receive(carried.lamport, rules),
        vector.receive(carried.vector, origin, rules),
        hybrid.receive(carried.hybrid, wall, rules));
  }
}
