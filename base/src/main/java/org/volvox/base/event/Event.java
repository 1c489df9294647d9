package org.volvox.base.event;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.Origin;

/**
 * One event, the same in journals, on the wire, in the simulator, the lab and files. {@code node}
 * is who recorded it, {@code wall} that node's clock, for people only; {@code cause} is the event
 * that led to it: the send of which it is the receive, or a step of another node that a message
 * told of. {@code seen} is what its node had received before it; empty where every event of the
 * node is recorded, so that nothing is lost without it.
 *
 * <pre>
 * u8  version (2)     stamp: u64 Lamport clock    u64 origin    u64 seq
 * u8  which of the optional fields follow (1 cause, 2 trace, 4 path, 8 pid, 16 to, 32 message, 64 seen)
 * u16 kind            u16 node         u64 wall time, milliseconds      text
 * [stamp of the cause] [text trace] [text path] [u64 pid] [u16 to] [text message]
 * [seen: u64 whole since   u16 count, for each: u64 at, stamp of the send]
 * </pre>
 */
public record Event(
    EventStamp stamp,
    EventKind kind,
    NodeId node,
    WallTime wall,
    String text,
    Optional<EventStamp> cause,
    About about,
    Optional<Frontier> seen)
    implements Comparable<Event> {
  public static final int VERSION = 2;

  /** What one line of a listing can hold many times over. */
  public static final int TEXT_CHARACTERS_MAX = 1024;

  /** The longest path in UTF-8, and as much for all the rest. */
  public static final int ENCODED_BYTES_MAX = 64 << 10;

  private static final int CAUSE = 1;
  private static final int TRACE = 2;
  private static final int PATH = 4;
  private static final int PID = 8;
  private static final int TO = 16;
  private static final int MESSAGE = 32;
  private static final int SEEN = 64;

  public Event {
    text = cut(text);
  }

  /** An event of the node that is its origin, with no more said. */
  public static Event of(EventStamp stamp, EventKind kind, WallTime wall, String text) {
    if (!(stamp.id().origin() instanceof Origin.Node(NodeId node))) {
      throw new IllegalArgumentException("a client's event is recorded by a node: " + stamp.id());
    }
    return new Event(
        stamp, kind, node, wall, text, Optional.empty(), About.NOTHING, Optional.empty());
  }

  public Event because(EventStamp led) {
    return new Event(stamp, kind, node, wall, text, Optional.of(led), about, seen);
  }

  public Event about(About said) {
    return new Event(stamp, kind, node, wall, text, cause, said, seen);
  }

  public Event seen(Frontier frontier) {
    return new Event(stamp, kind, node, wall, text, cause, about, Optional.of(frontier));
  }

  public Bytes encode() {
    ByteWriter out = new ByteWriter(128 + text.length());
    Stamps.write(out.u8(VERSION), stamp);
    out.u8(
        bit(cause, CAUSE)
            | bit(about.trace(), TRACE)
            | bit(about.path(), PATH)
            | bit(about.pid(), PID)
            | bit(about.to(), TO)
            | bit(about.message(), MESSAGE)
            | bit(seen, SEEN));
    out.u16(kind.code()).u16(node.value()).u64(wall.millis()).text(text);
    cause.ifPresent(led -> Stamps.write(out, led));
    about.trace().ifPresent(out::text);
    about.path().ifPresent(out::text);
    about.pid().ifPresent(pid -> out.u64(pid.value()));
    about.to().ifPresent(to -> out.u16(to.value()));
    about.message().ifPresent(out::text);
    seen.ifPresent(frontier -> frontier.write(out));
    return out.toBytes();
  }

  public static Event decode(Bytes bytes) throws MalformedException {
    if (bytes.length() > ENCODED_BYTES_MAX) {
      throw new MalformedException("event of " + bytes.length() + " bytes");
    }
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("event of version " + version + ", this reads " + VERSION);
    }
    EventStamp stamp = Stamps.read(in);
    int fields = in.u8();
    EventKind kind = EventKind.ofCode(in.u16());
    NodeId node = Stamps.node(in);
    long millis = in.u64();
    if (millis < 0) {
      throw new MalformedException("event at negative time " + millis);
    }
    String text = in.text();
    Optional<EventStamp> cause =
        (fields & CAUSE) == 0 ? Optional.empty() : Optional.of(Stamps.read(in));
    About about =
        new About(
            text(in, fields & TRACE),
            text(in, fields & PATH),
            (fields & PID) == 0 ? Optional.empty() : Optional.of(Stamps.pid(in)),
            (fields & TO) == 0 ? Optional.empty() : Optional.of(Stamps.node(in)),
            text(in, fields & MESSAGE));
    Optional<Frontier> seen =
        (fields & SEEN) == 0 ? Optional.empty() : Optional.of(Frontier.read(in));
    in.end();
    return new Event(stamp, kind, node, new WallTime(millis), text, cause, about, seen);
  }

  /** The total order of events: clock, origin, number. */
  @Override
  public int compareTo(Event other) {
    return stamp.compareTo(other.stamp);
  }

  private static int bit(Optional<?> field, int bit) {
    return field.isPresent() ? bit : 0;
  }

  private static Optional<String> text(ByteReader in, int isThere) throws MalformedException {
    return isThere == 0 ? Optional.empty() : Optional.of(in.text());
  }

  /** Never between the two halves of a character. */
  private static String cut(String text) {
    if (text.length() <= TEXT_CHARACTERS_MAX) {
      return text;
    }
    int end = TEXT_CHARACTERS_MAX - 3;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }
}
