package org.volvox.base.clock;

/**
 * When an event happened, logically. Stamps are ordered by (clock, origin, seq): a total order that
 * extends happened-before. Every frame carries its send's stamp.
 */
public record EventStamp(LamportTime clock, EventId id) implements Comparable<EventStamp> {
  @Override
  public int compareTo(EventStamp other) {
    int byClock = clock.compareTo(other.clock);
    if (byClock != 0) {
      return byClock;
    }
    int byOrigin = id.origin().compareTo(other.id.origin());
    return byOrigin != 0 ? byOrigin : Long.compare(id.seq(), other.id.seq());
  }
}
