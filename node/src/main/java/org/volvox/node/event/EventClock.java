package org.volvox.node.event;

import java.io.IOException;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.event.Frontier;
import org.volvox.base.event.Heard;
import org.volvox.base.event.RecentReceives;
import org.volvox.node.folder.ClockFile;
import org.volvox.node.folder.FolderException;
import org.volvox.rpc.ClockSource;

/**
 * The node's Lamport clock and event counter (Lamport 1978, IR1 and IR2), and what it remembers of
 * its receives; shared by all its threads.
 *
 * <ol>
 *   <li>Clock, number and memory move together under one lock: stamps are unique, and ordered as
 *       the updates.
 *   <li>No value is given out that is not durably reserved, so a restarted node repeats none. A
 *       reservation that cannot be written stops the node.
 * </ol>
 */
public final class EventClock implements ClockSource {
  private static final long RESERVED_AT_ONCE = 1L << 20;

  private final Origin origin;
  private final NodeId node;
  private final ClockFile file;
  private final Heard heard;
  private ClockFile.Reserved reserved;
  private LamportTime time;
  private long seq;

  /** Whose clock it is, and where its reservation is kept. */
  public record Place(NodeId node, ClockFile file) {}

  /** An event's stamp with how far the node had heard the others then. */
  public record Point(EventStamp stamp, Frontier seen) {}

  private EventClock(Place place, ClockFile.Reserved found, Heard heard) {
    this.node = place.node();
    this.origin = new Origin.Node(node);
    this.file = place.file();
    this.heard = heard;
    this.reserved = found;
    this.time = new LamportTime(found.clockTicks());
    this.seq = found.eventSeq();
  }

  /**
   * Goes on above what any earlier run can have given out. What the node had heard it knows from
   * its newest recorded event; what it heard after that, if there was anything, was somebody's.
   */
  public static EventClock open(Place place, Optional<Event> newest) throws FolderException {
    ClockFile.Reserved found = place.file().read();
    long recorded = newest.map(event -> event.stamp().id().seq()).orElse(0L);
    Frontier frontier = newest.flatMap(Event::seen).orElse(Frontier.NOTHING);
    Heard heard =
        recorded == found.eventSeq()
            ? new Heard(Heard.RECEIVES_MAX, recorded, frontier)
            : Heard.afterLoss(
                Heard.RECEIVES_MAX,
                found.eventSeq(),
                new LamportTime(found.clockTicks()),
                frontier);
    return new EventClock(place, found, heard);
  }

  /** A local event: C + 1. */
  public synchronized EventStamp local() {
    return moveTo(time.next());
  }

  /** A local event that is to be recorded. */
  public synchronized Point point() {
    Frontier seen = heard.frontier();
    return new Point(local(), seen);
  }

  /** A send: C + 1; the frame carries the result. */
  @Override
  public EventStamp onSend() {
    return local();
  }

  /** A receive: max(C, received) + 1; refused if the received clock is too far ahead to be true. */
  @Override
  public synchronized boolean onReceive(EventStamp received, Sender sender) {
    LamportTime sent = received.clock();
    if (!time.accepts(sent)) {
      return false;
    }
    moveTo(time.receive(sent));
    switch (sender) {
      case Sender.Node(var from) -> heard.received(seq, from, received.id().seq(), sent.ticks());
      case Sender.Somebody() -> heard.receivedFromSomebody(seq, sent.ticks());
      case Sender.Client() -> {} // It knows what this node knew before.
    }
    return true;
  }

  /** The clock as it is. */
  public synchronized LamportTime time() {
    return time;
  }

  /** What is remembered of receives. */
  public synchronized RecentReceives recent() {
    return heard.recent(node, seq);
  }

  /** Gives the rest of the reservation back; to be called when no event can happen any more. */
  public synchronized void close() throws IOException {
    ClockFile.Reserved exact = new ClockFile.Reserved(time.ticks(), seq);
    file.write(exact);
    reserved = exact;
  }

  private EventStamp moveTo(LamportTime next) {
    if (next.ticks() > reserved.clockTicks() || seq + 1 > reserved.eventSeq()) {
      reserve(next.ticks(), seq + 1);
    }
    time = next;
    seq++;
    return new EventStamp(time, new EventId(origin, seq));
  }

  private void reserve(long nextTicks, long nextSeq) {
    ClockFile.Reserved more =
        new ClockFile.Reserved(nextTicks + RESERVED_AT_ONCE, nextSeq + RESERVED_AT_ONCE);
    try {
      file.write(more);
    } catch (IOException e) {
      throw Invariant.broken("the clock's reservation could not be written: " + e.getMessage());
    }
    reserved = more;
  }
}
