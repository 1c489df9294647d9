package org.volvox.rpc;

import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;

/**
 * What both ends of a call share: two streams of messages, each at most {@link
 * org.volvox.calls.ConnectionLimits#MESSAGE_BYTES_MAX}, with back-pressure both ways. All methods
 * may be called from any thread; one thread at a time sends, one receives.
 */
public interface CallStream {
  /** The time left until the deadline; empty if the call has none. Never negative. */
  Optional<Duration> remaining();

  /** Who is at the other end. */
  Peer peer();

  /**
   * Sends one message; blocks while the receiver is behind by more than a window.
   *
   * @throws CallException if the call is over
   */
  void send(Bytes message) throws CallException, InterruptedException;

  /**
   * As {@link #send}, but never blocks: false if an earlier message has not left yet (then {@link
   * CallListener#onSendable} comes) or the call is over (then {@link CallListener#onEnd} came).
   */
  boolean trySend(Bytes message);

  /**
   * Waits for the next message; empty when the other side has finished sending, and at the caller
   * also when the callee completed the call.
   *
   * @throws CallException if the call failed, was cancelled or its deadline passed
   */
  Optional<Bytes> receive() throws CallException, InterruptedException;

  /**
   * Delivers to a listener instead of {@link #receive}, on the connection's thread; at most once,
   * before any receive. What has arrived already is delivered at once.
   */
  void listen(CallListener listener);
}
