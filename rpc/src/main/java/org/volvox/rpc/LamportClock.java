package org.volvox.rpc;

import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/** A logical clock in memory, for clients: what they know is not worth more than their process. */
public final class LamportClock implements ClockSource {
  private Origin origin;
  private LamportTime time = LamportTime.ZERO;
  private long seq;

  public LamportClock(Origin origin) {
    this.origin = origin;
  }

  /** From now on events are this origin's, as when a client has registered its session. */
  public synchronized void setOrigin(Origin next) {
    origin = next;
  }

  @Override
  public synchronized EventStamp onSend() {
    time = time.next();
    seq++;
    return new EventStamp(time, new EventId(origin, seq));
  }

  @Override
  public synchronized boolean onReceive(EventStamp received) {
    if (!time.accepts(received.clock())) {
      return false;
    }
    time = time.receive(received.clock());
    seq++;
    return true;
  }

  /** The clock now. */
  public synchronized LamportTime time() {
    return time;
  }
}
