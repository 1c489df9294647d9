package org.volvox.rpc;

import org.volvox.base.clock.EventStamp;

/**
 * The logical clock of this process as the shells use it: every frame sent and received is an event
 * (contracts, Clocks). Called from many threads; an implementation is one atomic update.
 */
public interface ClockSource {
  /** The stamp of a send that happens now: origin, next event number, clock + 1. */
  EventStamp onSend();

  /**
   * Merges the stamp of a frame received from an authenticated peer.
   *
   * @return false if its clock is too far ahead to be merged; the frame is then refused
   */
  boolean onReceive(EventStamp received);
}
