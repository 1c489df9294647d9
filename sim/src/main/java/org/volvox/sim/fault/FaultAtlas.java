package org.volvox.sim.fault;

import java.util.List;

/**
 * Which machines may lose what they were sure to have. A cluster survives the loss of a minority of
 * its copies and no more: what would take another is not allowed, so that every failure of a run is
 * a bug. A machine that was ruined stays so; sets of machines are bit masks.
 */
public final class FaultAtlas {
  private int ruined;

  /** Ruins the machine if each of these sets of voters can do without it; says whether it did. */
  public boolean ruin(int machine, List<Integer> voterSets) {
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

  /** Whether its disk may not be what it was. */
  public boolean isRuined(int machine) {
    return (ruined >>> machine & 1) != 0;
  }
}
