package org.volvox.rpc;

import org.volvox.base.Bytes;
import org.volvox.calls.CallException;

/** A call as its caller sees it. Closing a call that has not ended cancels it. */
public interface OutboundCall extends CallStream, AutoCloseable {
  /** Half-close: this side sends nothing more; the callee's receive gives empty. */
  void finish();

  /** Gives up; the callee is told. */
  void cancel();

  @Override
  default void close() {
    cancel();
  }

  /**
   * Delivers the first message to a listener on the connection's thread; those behind it are for
   * {@link #receive}. At most once, before any receive; what ends the call before the first message
   * is the listener's too.
   */
  void listenOnce(CallListener first);

  /**
   * One request, one answer: sends, half-closes and waits for the only message and the end. As the
   * first that is done with the call, the request goes with what opens it.
   */
  Bytes ask(Bytes request) throws CallException, InterruptedException;
}
