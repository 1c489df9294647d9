package org.volvox.client;

import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.rpc.ClockSource;

/**
 * A client's Lamport clock, which starts anew with it. Until the session is registered its events
 * have no origin of their own and are those of session 0.
 */
final class ClientClock implements ClockSource {
  private SessionId session = SessionId.NONE;
  private LamportTime clock = LamportTime.ZERO;
  private long seq;

  synchronized void begin(SessionId begun) {
    session = begun;
    seq = 0;
  }

  @Override
  public synchronized EventStamp onSend() {
    clock = clock.next();
    seq++;
    return new EventStamp(clock, new EventId(new Origin.Client(session), seq));
  }

  @Override
  public synchronized boolean onReceive(EventStamp received) {
    if (!clock.accepts(received.clock())) {
      return false;
    }
    clock = clock.receive(received.clock());
    seq++;
    return true;
  }
}
