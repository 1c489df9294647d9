package org.volvox.calls.message;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/**
 * One event as a journal has it and EVENTS tells it: its stamp, the wall time of the node that
 * wrote it down (for people only; the order is the stamp's), what happened in words, and the event
 * that led to it, if one is known.
 *
 * <pre>
 * stamp = u64 clock   u64 origin   u64 seq
 * stamp   u64 wall (ms)   text what   bool caused   [stamp of the cause]
 * </pre>
 */
public record EventEntry(EventStamp stamp, WallTime at, String what, Optional<EventStamp> cause)
    implements Comparable<EventEntry> {
  static final int BYTES_MIN = 37;

  public void write(ByteWriter out) {
    write(out, stamp);
    out.u64(at.millis()).text(what).bool(cause.isPresent());
    cause.ifPresent(before -> write(out, before));
  }

  public static EventEntry read(ByteReader in) throws MalformedException {
    EventStamp stamp = readStamp(in);
    long millis = in.u64();
    if (millis < 0) {
      throw new MalformedException("event at negative time " + millis);
    }
    String what = in.text();
    Optional<EventStamp> cause = in.bool() ? Optional.of(readStamp(in)) : Optional.empty();
    return new EventEntry(stamp, new WallTime(millis), what, cause);
  }

  private static void write(ByteWriter out, EventStamp stamp) {
    out.u64(stamp.clock().ticks()).u64(stamp.id().origin().code()).u64(stamp.id().seq());
  }

  private static EventStamp readStamp(ByteReader in) throws MalformedException {
    long ticks = in.u64();
    long origin = in.u64();
    long seq = in.u64();
    if (ticks < 0 || origin == 0 || origin > 0xFFFF || seq < 0) {
      throw new MalformedException(
          "event stamp with clock " + ticks + ", origin " + origin + ", number " + seq);
    }
    return new EventStamp(new LamportTime(ticks), new EventId(Origin.ofCode(origin), seq));
  }

  /** The total order of events: clock, origin, number. */
  @Override
  public int compareTo(EventEntry other) {
    return stamp.compareTo(other.stamp);
  }
}
