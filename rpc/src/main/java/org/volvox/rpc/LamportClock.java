package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/**
 * A logical clock in memory, for clients: what they know is not worth more than their process. It
 * starts anew with it; until a session is registered its events are those of session 0.
 */
public final class LamportClock implements ClockSource {
  private Origin origin;
  private LamportTime time = LamportTime.ZERO;
  private long seq;
  private Optional<NodeId> heard = Optional.empty();
  private boolean hasHeardSeveral;

  public LamportClock(Origin origin) {
    this.origin = origin;
  }

  /** From now on events are this origin's, counted anew: the client has registered its session. */
  public synchronized void begin(Origin next) {
    origin = next;
    seq = 0;
  }

  @Override
  public synchronized EventStamp onSend() {
    time = time.next();
    seq++;
    return new EventStamp(time, new EventId(origin, seq));
  }

  @Override
  public synchronized boolean onReceive(EventStamp received, Sender sender) {
    if (!time.accepts(received.clock())) {
      return false;
    }
    time = time.receive(received.clock());
    seq++;
    if (received.id().origin() instanceof Origin.Node(NodeId from)) {
      hasHeardSeveral |= heard.isPresent() && !heard.get().equals(from);
      heard = Optional.of(from);
    }
    return true;
  }

  @Override
  public synchronized boolean knowsMore(Optional<NodeId> than) {
    return hasHeardSeveral || (heard.isPresent() && !heard.equals(than));
  }

  /** The clock now. */
  public synchronized LamportTime time() {
    return time;
  }
}
