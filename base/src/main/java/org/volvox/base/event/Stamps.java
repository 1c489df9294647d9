package org.volvox.base.event;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/** The parts of which the formats of this package are made. */
final class Stamps {
  static final int BYTES = 24;

  private Stamps() {}

  static void write(ByteWriter out, EventStamp stamp) {
    out.u64(stamp.clock().ticks()).u64(stamp.id().origin().code()).u64(stamp.id().seq());
  }

  static EventStamp read(ByteReader in) throws MalformedException {
    long ticks = in.u64();
    Origin origin = origin(in.u64());
    long seq = in.u64();
    if (ticks < 0 || seq < 0) {
      throw new MalformedException("event number " + seq + " with clock " + ticks);
    }
    return new EventStamp(new LamportTime(ticks), new EventId(origin, seq));
  }

  static NodeId node(ByteReader in) throws MalformedException {
    int node = in.u16();
    if (node == 0) {
      throw new MalformedException("event of node 0");
    }
    return new NodeId(node);
  }

  static Pid pid(ByteReader in) throws MalformedException {
    long pid = in.u64();
    if (pid < 1) {
      throw new MalformedException("event of process " + pid);
    }
    return new Pid(pid);
  }

  private static Origin origin(long code) throws MalformedException {
    if (code < 0) {
      return new Origin.Client(new SessionId(code & Long.MAX_VALUE));
    }
    if (code < 1 || code > 0xFFFF) {
      throw new MalformedException("event of origin " + code);
    }
    return new Origin.Node(new NodeId((int) code));
  }
}
