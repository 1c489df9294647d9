package org.volvox.consensus.log;

/**
 * Damage to what was durable: where, why it is held to be damage and no torn write, and what to do.
 * The node must neither vote nor acknowledge with this log.
 */
public record WalDamage(String segment, long offset, String why, String whatToDo) {
  static final String REPLACE =
      "what this node acknowledged may be lost: do not cut the log by hand. Check the disk, keep a"
          + " copy of the folder, and let the node join again as a new member with an empty folder";

  private static final String REPAIR =
      "nothing is to be done: when the node starts it gets what is missing from the others";

  static WalDamage at(Place place, String why) {
    return new WalDamage(Segments.name(place.segment()), place.offset(), why, REPLACE);
  }

  static WalDamage repairable(Place place, String why) {
    return new WalDamage(Segments.name(place.segment()), place.offset(), why, REPAIR);
  }

  /** Where it is and what it looks like. */
  public String place() {
    return "the log is damaged in " + segment + " at byte " + offset + ": " + why;
  }

  /** One line for a user. */
  public String text() {
    return place() + "; " + whatToDo;
  }
}
