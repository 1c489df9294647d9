package org.volvox.sim.fault;

/**
 * Which machines may lose what they were sure to have. A cluster survives the loss of a minority of
 * its copies and no more: what would take another is not allowed, so that every failure of a run is
 * a bug. A machine that was ruined stays so; sets of machines are bit masks.
 */
public final class FaultAtlas {
  private int ruined;

  /** Ruins the machine if every quorum of {@code voters} keeps a good copy; says whether it did. */
  public boolean ruin(int machine, int voters) {
    int after = ruined | 1 << machine;
    int minority = (Integer.bitCount(voters) - 1) / 2;
    if (Integer.bitCount(after & voters) > minority) {
      return false;
    }
    ruined = after;
    return true;
  }

  /** Whether its disk may not be what it was. */
  public boolean isRuined(int machine) {
    return (ruined >>> machine & 1) != 0;
  }
}
