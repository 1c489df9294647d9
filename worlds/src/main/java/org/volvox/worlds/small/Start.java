package org.volvox.worlds.small;

import java.util.List;
import org.volvox.base.Invariant;

/** Where an exploration begins; from further on in a history the same depth reaches further. */
public enum Start {
  /** Three new nodes. */
  NEW,
  /** n1 leads, and all have its first entry. */
  LED,
  /** n1 led and has a command that nobody else has; n2 leads, and its first entry is its own. */
  DIVERGED;

  private static final int TRIES_MAX = 100;

  void lead(SmallWorld world) {
    switch (this) {
      case NEW -> {}
      case LED -> {
        elect(world, 0, 1);
        settle(world);
      }
      case DIVERGED -> {
        elect(world, 0, 1);
        settle(world);
        world.choose(SmallWorld.code(SmallWorld.Kind.PROPOSE, 0));
        world.dropAll();
        elect(world, 1, 2);
        world.dropAll();
      }
    }
    world.begin();
  }

  /** {@code candidate} gets the vote of {@code voter}, who misses its leader too. */
  private static void elect(SmallWorld world, int candidate, int voter) {
    world.choose(SmallWorld.code(SmallWorld.Kind.TIMEOUT, voter));
    world.dropAll();
    for (int tries = 0; !world.leads(candidate); tries++) {
      Invariant.check(tries < TRIES_MAX, "the election of a start does not go on");
      int next = next(world, candidate, voter);
      world.choose(
          next < 0
              ? SmallWorld.code(SmallWorld.Kind.TIMEOUT, candidate)
              : SmallWorld.code(SmallWorld.Kind.DELIVER, next));
    }
  }

  private static int next(SmallWorld world, int one, int other) {
    List<SmallWorld.Flight> flights = world.flights();
    for (int at = 0; at < flights.size(); at++) {
      SmallWorld.Flight flight = flights.get(at);
      boolean between =
          (flight.from() == one && flight.to() == other)
              || (flight.from() == other && flight.to() == one);
      if (between) {
        return at;
      }
    }
    return -1;
  }

  private static void settle(SmallWorld world) {
    while (!world.flights().isEmpty()) {
      world.choose(SmallWorld.code(SmallWorld.Kind.DELIVER, 0));
    }
  }
}
