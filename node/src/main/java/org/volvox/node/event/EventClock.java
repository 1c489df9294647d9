package org.volvox.node.event;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
  private static final Logger LOG = LoggerFactory.getLogger(EventClock.class);
  private static final long RESERVED_AT_ONCE = 1L << 20;

  /** So much left, and more is reserved beside: seconds of the busiest traffic. */
  private static final long RESERVED_MIN = RESERVED_AT_ONCE / 2;

  private final Origin origin;
  private final NodeId node;
  private final ClockFile file;
  private final Heard heard;
  private ClockFile.Reserved reserved;
  private LamportTime time;
  private long seq;

  /** A thread of its own writes a reservation; nobody else writes one then. */
  private boolean isReserving;

  /** The last one could not be written: the next is, at the latest possible time, in line. */
  private boolean isInLine;

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
    awaitReserving();
    isInLine = true;
    ClockFile.Reserved exact = new ClockFile.Reserved(time.ticks(), seq);
    file.write(exact);
    reserved = exact;
  }

  private EventStamp moveTo(LamportTime next) {
    if (!isReserved(next.ticks(), 0)) {
      awaitReserving();
      if (!isReserved(next.ticks(), 0)) {
        reserve(above(next.ticks()));
      }
    } else if (!isReserved(next.ticks(), RESERVED_MIN) && !isReserving && !isInLine) {
      // Every frame is stamped here, a heartbeat too: it must not wait for the disk.
      isReserving = true;
      ClockFile.Reserved more = above(next.ticks());
      Thread.ofVirtual().name(node + "-clock").start(() -> reserveBeside(more));
    }
    time = next;
    seq++;
    return new EventStamp(time, new EventId(origin, seq));
  }

  private boolean isReserved(long ticks, long more) {
    return ticks + more <= reserved.clockTicks() && seq + 1 + more <= reserved.eventSeq();
  }

  private ClockFile.Reserved above(long ticks) {
    return new ClockFile.Reserved(ticks + RESERVED_AT_ONCE, seq + 1 + RESERVED_AT_ONCE);
  }

  private void reserve(ClockFile.Reserved more) {
    try {
      file.write(more);
    } catch (IOException e) {
      throw Invariant.broken("the clock's reservation could not be written: " + e.getMessage());
    }
    reserved = more;
    isInLine = false;
  }

  private void reserveBeside(ClockFile.Reserved more) {
    boolean isWritten = false;
    try {
      file.write(more);
      isWritten = true;
    } catch (IOException e) {
      // Whoever uses up what is left tries again, and its failure stops the node.
      LOG.warn("the clock's reservation could not be written: {}", e.getMessage());
    } finally {
      reservedBeside(more, isWritten);
    }
  }

  private synchronized void reservedBeside(ClockFile.Reserved more, boolean isWritten) {
    reserved = isWritten ? more : reserved;
    isInLine = !isWritten;
    isReserving = false;
    notifyAll();
  }

  /** Waits for whoever writes a reservation. */
  private void awaitReserving() {
    boolean isInterrupted = false;
    while (isReserving) {
      try {
        wait();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
