package org.volvox.base.event;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/**
 * One event, version 1. {@code node} is who recorded it, {@code wall} that node's clock, for
 * reading only; {@code cause} is the send of which it is the receive.
 *
 * <pre>
 * u8  version (1)     u64 Lamport clock    u64 origin    u64 seq
 * u8  has a cause     [u64 origin, u64 seq of the cause]
 * u16 kind            u16 node             u64 wall time, milliseconds      text
 * </pre>
 */
public record Event(
    EventStamp stamp,
    EventKind kind,
    NodeId node,
    WallTime wall,
    String text,
    Optional<EventId> cause) {
  public static final int VERSION = 1;

  public Bytes encode() {
    ByteWriter out = new ByteWriter(64 + text.length());
    out.u8(VERSION).u64(stamp.clock().ticks());
    encode(out, stamp.id());
    out.bool(cause.isPresent());
    cause.ifPresent(id -> encode(out, id));
    return out.u16(kind.code()).u16(node.value()).u64(wall.millis()).text(text).toBytes();
  }

  public static Event decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("event of version " + version + ", this reads " + VERSION);
    }
    long ticks = in.u64();
    if (ticks < 0) {
      throw new MalformedException("negative Lamport clock in an event");
    }
    EventStamp stamp = new EventStamp(new LamportTime(ticks), id(in));
    Optional<EventId> cause = in.bool() ? Optional.of(id(in)) : Optional.empty();
    EventKind kind = EventKind.ofCode(in.u16());
    int node = in.u16();
    if (node == 0) {
      throw new MalformedException("event of no node");
    }
    Event event =
        new Event(stamp, kind, new NodeId(node), new WallTime(in.u64()), in.text(), cause);
    in.end();
    return event;
  }

  private static void encode(ByteWriter out, EventId id) {
    out.u64(id.origin().code()).u64(id.seq());
  }

  private static EventId id(ByteReader in) throws MalformedException {
    long code = in.u64();
    long seq = in.u64();
    if (code < 0) {
      return new EventId(new Origin.Client(new SessionId(code & Long.MAX_VALUE)), seq);
    }
    if (code < 1 || code > 0xFFFF) {
      throw new MalformedException("event of origin " + code);
    }
    return new EventId(new Origin.Node(new NodeId((int) code)), seq);
  }
}
