package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;

/** A call as its {@link CallHandler} sees it. */
public interface InboundCall extends CallStream {
  Method method();

  /** The event that led to this call: the caller's send. */
  Optional<EventStamp> openedBy();

  /** Ends the call well, after all messages sent before; nothing may be sent after it. */
  void complete();

  /** Ends the call at once with a failure; messages not yet gone are dropped. */
  void fail(CallStatus status, String text);

  /**
   * Runs when the call ends in any way but {@link #complete} and {@link #fail}: cancelled, past its
   * deadline, or its connection broke; at once if it already has. Must not block.
   */
  void onCancel(Runnable action);
}
