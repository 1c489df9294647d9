package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.LamportTime;

/**
 * What passes in EVENTS (the whole cluster's, merged by the entry node) and PEER_EVENTS (one
 * node's). The caller sends one Request and half-closes; pages come until the newest event, and
 * with {@code follow} for as long as the caller stays.
 */
public final class EventMessage {
  /** Events in one page; far below the 4 MiB of a message at the length that events have. */
  public static final int PAGE_MAX = 1024;

  private EventMessage() {}

  /**
   * The last {@code last} events with a clock above {@code after}, and the ones to come with {@code
   * follow}: u8 version, u32 last, u64 after, bool follow.
   */
  public record Request(int last, LamportTime after, boolean follow) {
    public Bytes encode() {
      return Versions.writer(14).u32(last).u64(after.ticks()).bool(follow).toBytes();
    }

    public static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "event request");
      int last = in.u32();
      long after = in.u64();
      boolean follow = in.bool();
      in.end();
      if (last < 0 || after < 0) {
        throw new MalformedException("request of " + last + " events after " + after);
      }
      return new Request(last, new LamportTime(after), follow);
    }
  }

  /**
   * Events in their total order, complete up to {@code through}: what comes later has a higher
   * clock. {@code missing} are the nodes whose journals could not be asked. u8 version, u64
   * through, u32 count, events, u32 count, u16 nodes.
   */
  public record Page(List<EventEntry> events, LamportTime through, List<NodeId> missing) {
    public Page {
      events = List.copyOf(events);
      missing = List.copyOf(missing);
    }

    public Bytes encode() {
      ByteWriter out = Versions.writer(64 + 64 * events.size());
      out.u64(through.ticks()).u32(events.size());
      events.forEach(event -> event.write(out));
      out.u32(missing.size());
      missing.forEach(node -> out.u16(node.value()));
      return out.toBytes();
    }

    public static Page decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "event page");
      long through = in.u64();
      if (through < 0) {
        throw new MalformedException("event page through clock " + through);
      }
      int count = in.count(EventEntry.BYTES_MIN);
      List<EventEntry> events = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        events.add(EventEntry.read(in));
      }
      int nodes = in.count(2);
      List<NodeId> missing = new ArrayList<>(nodes);
      for (int i = 0; i < nodes; i++) {
        missing.add(
            NodeStatus.nodeId(in).orElseThrow(() -> new MalformedException("missing node 0")));
      }
      in.end();
      return new Page(events, new LamportTime(through), missing);
    }
  }
}
