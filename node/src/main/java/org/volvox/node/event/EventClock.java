package org.volvox.node.event;

import java.io.IOException;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.node.folder.ClockFile;
import org.volvox.node.folder.FolderException;
import org.volvox.rpc.ClockSource;

/**
 * The node's Lamport clock and event counter (Lamport 1978, IR1 and IR2), shared by all its
 * threads.
 *
 * <ol>
 *   <li>Clock and number move together under one lock: stamps are unique, and ordered as the
 *       updates.
 *   <li>No value is given out that is not durably reserved, so a restarted node repeats none. A
 *       reservation that cannot be written stops the node.
 * </ol>
 */
public final class EventClock implements ClockSource {
  private static final long RESERVED_AT_ONCE = 1L << 20;

  private final Origin origin;
  private final ClockFile file;
  private ClockFile.Reserved reserved;
  private long ticks;
  private long seq;

  private EventClock(NodeId node, ClockFile file, ClockFile.Reserved found) {
    this.origin = new Origin.Node(node);
    this.file = file;
    this.reserved = found;
    this.ticks = found.clockTicks();
    this.seq = found.eventSeq();
  }

  /** Goes on above what any earlier run can have given out. */
  public static EventClock open(NodeId node, ClockFile file) throws FolderException {
    return new EventClock(node, file, file.read());
  }

  /** A local event: C + 1. */
  public EventStamp local() {
    return move(LamportTime.ZERO);
  }

  /** A send: C + 1; the frame carries the result. */
  @Override
  public EventStamp onSend() {
    return move(LamportTime.ZERO);
  }

  /** A receive: max(C, received) + 1; refused if the received clock is too far ahead to be true. */
  @Override
  public boolean onReceive(EventStamp received) {
    boolean accepted = time().accepts(received.clock());
    if (accepted) {
      move(received.clock());
    }
    return accepted;
  }

  /** The clock as it is. */
  public synchronized LamportTime time() {
    return new LamportTime(ticks);
  }

  /** Gives the rest of the reservation back; to be called when no event can happen any more. */
  public synchronized void close() throws IOException {
    ClockFile.Reserved exact = new ClockFile.Reserved(ticks, seq);
    file.write(exact);
    reserved = exact;
  }

  private synchronized EventStamp move(LamportTime received) {
    long nextTicks = Math.max(ticks, received.ticks()) + 1;
    long nextSeq = seq + 1;
    if (nextTicks > reserved.clockTicks() || nextSeq > reserved.eventSeq()) {
      reserve(nextTicks, nextSeq);
    }
    ticks = nextTicks;
    seq = nextSeq;
    return new EventStamp(new LamportTime(ticks), new EventId(origin, seq));
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
