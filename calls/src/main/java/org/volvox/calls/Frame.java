package org.volvox.calls;

import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.clock.EventStamp;

/**
 * One frame, version 1, as {@link FrameCodec} reads and writes it. {@code call} is 0 where no call
 * is meant; {@code incarnation} is the sender's (0 for a client).
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

  public boolean endsMessage() {
    return (flags & END_MESSAGE) != 0;
  }

  public boolean endsStream() {
    return (flags & END_STREAM) != 0;
  }

  public boolean knowsMore() {
    return (flags & KNOWS_MORE) != 0;
  }
}
