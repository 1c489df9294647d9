package org.volvox.base.clock;

import org.volvox.base.WallTime;

/**
 * A hybrid logical clock's value (Kulkarni, Demirbas and others 2014, figure 5): close to wall
 * time, and in the order of happened-before. Wall time comes in as data.
 *
 * <p>{@code wall} is the greatest wall time seen (the paper's l), {@code counter} (its c) orders
 * what happens within it.
 */
public record HybridTime(WallTime wall, int counter) implements Comparable<HybridTime> {
  public static final HybridTime ZERO = new HybridTime(new WallTime(0), 0);

  public HybridTime {
    if (counter < 0) {
      throw new IllegalArgumentException("negative counter: " + counter);
    }
  }

  /** The value of a local event or a send at a wall time. */
  public HybridTime next(WallTime now) {
    return now.compareTo(wall) > 0 ? new HybridTime(now, 0) : new HybridTime(wall, counter + 1);
  }

  /** The value of the receive of a message that carries {@code received}. */
  public HybridTime receive(HybridTime received, WallTime now) {
    return receive(received, now, ClockRules.PAPER);
  }

  /** As {@link #receive(HybridTime, WallTime)}, with rules that may be broken. */
  public HybridTime receive(HybridTime received, WallTime now, ClockRules rules) {
    boolean hears = rules.takesMaximum();
    WallTime greatest = hears && received.wall.compareTo(wall) > 0 ? received.wall : wall;
    if (now.compareTo(greatest) > 0) {
      return new HybridTime(now, 0);
    }
    int mine = greatest.equals(wall) ? counter : -1;
    int theirs = hears && greatest.equals(received.wall) ? received.counter : -1;
    int last = Math.max(mine, theirs);
    return new HybridTime(greatest, rules.ticksOnReceive() ? last + 1 : last);
  }

  /** Whether a received value is not further ahead of the wall time than {@code millisMax}. */
  public static boolean accepts(HybridTime received, WallTime now, long millisMax) {
    return received.wall.millis() - now.millis() <= millisMax;
  }

  @Override
  public int compareTo(HybridTime other) {
    int byWall = wall.compareTo(other.wall);
    return byWall != 0 ? byWall : Integer.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return wall + "." + counter;
  }
}
