package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventFilter;
import org.volvox.base.event.RecentReceives;

/**
 * What passes in EVENTS (the whole cluster's, merged by the entry node) and PEER_EVENTS (one
 * node's). The caller sends one Request and half-closes; pages come until the newest event, and
 * with {@code follow} for as long as the caller stays.
 */
public final class EventMessage {
  /** Events asked for at once: what an entry node can hold of each node to merge them. */
  public static final int LAST_MAX = 8192;

  /** Bytes of events in one page: with a node's receives, far below the 4 MiB of a message. */
  public static final int PAGE_BYTES_MAX = 2 << 20;

  private static final int VERSION = 2;

  /** The length of an event before its bytes. */
  private static final int EVENT_BYTES_MIN = 4;

  private EventMessage() {}

  /**
   * The last {@code last} events with a clock above {@code after} that the filter wants, and the
   * ones to come with {@code follow}; with {@code receives} also what each node remembers of its
   * receives: u8 version, u32 last, u64 after, bool follow, bool receives, the filter.
   */
  public record Request(
      int last, LamportTime after, boolean follow, boolean receives, EventFilter filter) {
    public static Request last(int count) {
      return new Request(count, LamportTime.ZERO, false, false, EventFilter.ALL);
    }

    public Request withReceives() {
      return new Request(last, after, follow, true, filter);
    }

    public Request matching(EventFilter wanted) {
      return new Request(last, after, follow, receives, wanted);
    }

    public Request following() {
      return new Request(last, after, true, receives, filter);
    }

    /** The same from behind this clock on. */
    public Request after(LamportTime clock) {
      return new Request(LAST_MAX, clock, follow, receives, filter);
    }

    public Bytes encode() {
      ByteWriter out = new ByteWriter(64).u8(VERSION).u32(last).u64(after.ticks());
      filter.write(out.bool(follow).bool(receives));
      return out.toBytes();
    }

    public static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = reader(bytes, "event request");
      int last = in.u32();
      long after = in.u64();
      boolean follow = in.bool();
      boolean receives = in.bool();
      EventFilter filter = EventFilter.read(in);
      in.end();
      if (last < 0 || after < 0) {
        throw new MalformedException("request of " + last + " events after " + after);
      }
      return new Request(last, new LamportTime(after), follow, receives, filter);
    }
  }

  /**
   * Events in their total order, complete up to {@code through}: what comes later has a higher
   * clock. u8 version, u64 through, bool cut, u32 count, events each with its length, u32 count,
   * u16 nodes, u32 count, receives.
   *
   * @param missing the nodes whose journals could not be asked
   * @param isCut whether older events were wanted too, and were too many for one answer
   */
  public record Page(
      List<Event> events,
      LamportTime through,
      boolean isCut,
      List<NodeId> missing,
      List<RecentReceives> receives) {
    public Page {
      events = List.copyOf(events);
      missing = List.copyOf(missing);
      receives = List.copyOf(receives);
    }

    public Bytes encode() {
      ByteWriter out = new ByteWriter(64 + 192 * events.size());
      out.u8(VERSION).u64(through.ticks()).bool(isCut).u32(events.size());
      events.forEach(event -> out.bytes(event.encode()));
      out.u32(missing.size());
      missing.forEach(node -> out.u16(node.value()));
      out.u32(receives.size());
      receives.forEach(remembered -> remembered.write(out));
      return out.toBytes();
    }

    public static Page decode(Bytes bytes) throws MalformedException {
      ByteReader in = reader(bytes, "event page");
      long through = in.u64();
      if (through < 0) {
        throw new MalformedException("event page through clock " + through);
      }
      boolean isCut = in.bool();
      int count = in.count(EVENT_BYTES_MIN);
      List<Event> events = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        events.add(Event.decode(in.bytes()));
      }
      int nodes = in.count(2);
      List<NodeId> missing = new ArrayList<>(nodes);
      for (int i = 0; i < nodes; i++) {
        missing.add(
            NodeStatus.nodeId(in).orElseThrow(() -> new MalformedException("missing node 0")));
      }
      int memories = in.count(2);
      List<RecentReceives> receives = new ArrayList<>(memories);
      for (int i = 0; i < memories; i++) {
        receives.add(RecentReceives.read(in));
      }
      in.end();
      return new Page(events, new LamportTime(through), isCut, missing, receives);
    }
  }

  /** Version 2 has the one schema of events; version 1 was never released. */
  private static ByteReader reader(Bytes bytes, String what) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException(what + " of version " + version + ", this reads " + VERSION);
    }
    return in;
  }
}
