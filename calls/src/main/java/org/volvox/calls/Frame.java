package org.volvox.calls;

import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.clock.EventStamp;

/**
 * One frame, as {@link FrameCodec} reads and writes it. {@code call} is 0 where no call is meant;
 * {@code incarnation} is the sender's (0 for a client). These are the flags that a frame may have,
 * and (2) is what only version 2 of the protocol has. Another set of them on OPEN and DATA closes
 * the connection; on other kinds a flag that is not named here means nothing:
 *
 * <pre>
 * OPEN      none, or END_MESSAGE with END_STREAM (2)
 * DATA      none, END_MESSAGE, END_STREAM or both; at the callee END_MESSAGE with COMPLETES (2)
 * MESSAGE   none, or END_MESSAGE
 * any       KNOWS_MORE besides
 * </pre>
 */
public record Frame(
    FrameKind kind,
    int flags,
    long call,
    EventStamp stamp,
    int group,
    ClusterId cluster,
    long incarnation,
    Bytes payload) {
  /** The last fragment of its message. */
  public static final int END_MESSAGE = 1;

  /** The sender sends nothing more on this call. A frame with this flag alone has no message. */
  public static final int END_STREAM = 2;

  /** Its sender, a client, has heard other nodes than the receiver before it sent this. */
  public static final int KNOWS_MORE = 4;

  /** The callee's last message ends here and the call with it, well: no CLOSE follows. */
  public static final int COMPLETES = 8;

  /** On OPEN: its payload has the caller's only message, whole. */
  static final int WITH_MESSAGE = END_MESSAGE | END_STREAM;

  public boolean endsMessage() {
    return (flags & END_MESSAGE) != 0;
  }

  public boolean endsStream() {
    return (flags & END_STREAM) != 0;
  }

  public boolean completes() {
    return (flags & COMPLETES) != 0;
  }

  public boolean knowsMore() {
    return (flags & KNOWS_MORE) != 0;
  }
}
