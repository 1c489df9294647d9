package org.volvox.calls;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.clock.Origin;

/** What a {@link Connection} wants done; effects are done in the order in which they come out. */
public sealed interface ConnectionEffect {
  /** Stamp, encode and send a frame. */
  record Write(FrameKind kind, int flags, long call, Bytes payload) implements ConnectionEffect {}

  /** The peer said hello and is acceptable as far as the core can tell. */
  record Ready(Lane lane, Origin origin, long incarnation) implements ConnectionEffect {}

  /** The peer opened a call; the number may be of a method that this version does not have. */
  record Incoming(long call, int method, Optional<MonoTime> deadline) implements ConnectionEffect {}

  /**
   * A whole message of a call. When it is taken, say {@link ConnectionInput.Consumed} with {@code
   * bytes}, what it cost on the wire.
   */
  record Message(long call, Bytes message, int bytes) implements ConnectionEffect {}

  /** The peer sends nothing more on the call. */
  record HalfClosed(long call) implements ConnectionEffect {}

  /** A message of so many bytes that was given to the call has left whole. */
  record Sent(long call, int bytes) implements ConnectionEffect {}

  /**
   * The call is over and forgotten here. At the end that ended it by Complete, Fail or Cancel this
   * comes too.
   *
   * @param mayHaveRun false only if the callee certainly did not act on the call
   */
  record Ended(long call, CallStatus status, CallPhase phase, boolean mayHaveRun, String text)
      implements ConnectionEffect {}

  /** A whole one-way message. */
  record OneWay(Bytes message) implements ConnectionEffect {}

  /** So many one-way messages were dropped because the queue was full. */
  record Dropped(int messages) implements ConnectionEffect {}

  /** The peer takes no new calls; open another connection for those. */
  record PeerDrains() implements ConnectionEffect {}

  /** Send what was written and close the transport. The last effect. */
  record Close(CallStatus status, CallPhase phase, String reason) implements ConnectionEffect {}
}
