package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;

/** A call as its {@link CallHandler} sees it. */
public interface InboundCall extends CallStream {
  Method method();

  /** The event that led to this call: the caller's send. */
  Optional<EventStamp> openedBy();

  /** Ends the call well, after all messages sent before; nothing may be sent after it. */
  void complete();

  /**
   * Sends the last message and completes: one frame less than {@link #send} and {@link #complete}.
   * Blocks as send does; one that is too long fails the call.
   *
   * @throws CallException if the call is over
   */
  default void answer(Bytes message) throws CallException, InterruptedException {
    send(message);
    complete();
  }

  /** As {@link #answer}, but never blocks: false as from {@link #trySend}. */
  default boolean tryAnswer(Bytes message) {
    boolean isSent = trySend(message);
    if (isSent) {
      complete();
    }
    return isSent;
  }

  /** Ends the call at once with a failure; messages not yet gone are dropped. */
  void fail(CallStatus status, String text);

  /**
   * Runs when the call ends in any way but {@link #complete} and {@link #fail}: cancelled, past its
   * deadline, or its connection broke; at once if it already has. Must not block.
   */
  void onCancel(Runnable action);

  /** How it ended, as from within {@link #onCancel}; empty while it is open. */
  Optional<CallStatus> ended();
}
