package org.volvox.sim.fault;

import java.util.List;

/**
 * Which machines may lose what they were sure to have. A cluster survives the loss of a minority of
 * its copies and no more: what would take another is not allowed, so that every failure of a run is
 * a bug. A machine that was ruined stays so until it is seen to be whole. One that is only hurt has
 * lost nothing that is not whole on others, who knows the logs says so; until it is whole again
 * those others must not be ruined. Sets of machines are bit masks.
 */
public final class FaultAtlas {
  private int ruined;
  private int hurt;

  /** Ruins the machine if each of these sets of voters can do without it; says whether it did. */
  public boolean ruin(int machine, List<Integer> voterSets) {
    if ((hurt & ~(1 << machine)) != 0) {
      return false;
    }
    int after = ruined | 1 << machine;
    for (int voters : voterSets) {
      int minority = (Integer.bitCount(voters) - 1) / 2;
      if (Integer.bitCount(after & voters) > minority) {
        return false;
      }
    }
    ruined = after;
    return true;
  }

  /** Some of what the machine had can be read no more, and all of it is whole on others. */
  public void hurt(int machine) {
    hurt |= 1 << machine;
  }

  /** The machine has all that it had. */
  public void mended(int machine) {
    ruined &= ~(1 << machine);
    hurt &= ~(1 << machine);
  }

  /** Whether any machine is hurt and not whole again. */
  public boolean isAnyHurt() {
    return hurt != 0;
  }

  /** Whether its disk may not be what it was. */
  public boolean isDamaged(int machine) {
    return ((ruined | hurt) >>> machine & 1) != 0;
  }

  /** Whether what it had may be lost for good. */
  public boolean isRuined(int machine) {
    return (ruined >>> machine & 1) != 0;
  }
}
