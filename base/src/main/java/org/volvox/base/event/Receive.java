package org.volvox.base.event;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/** That an origin's {@code at}-th event was the receive of what was sent with this stamp. */
public record Receive(long at, EventStamp sent) {
  static final int BYTES = 8 + Stamps.BYTES;

  /** Who stands for all that may have been known to a client which knows more than one node. */
  public static final Origin SOMEBODY = new Origin.Client(SessionId.NONE);

  /**
   * The receive from a client that had heard other nodes too. What it knew of them is not recorded:
   * it may be all that has a clock below its send's.
   */
  public static Receive fromSomebody(long at, LamportTime clock) {
    return new Receive(at, new EventStamp(clock, new EventId(SOMEBODY, clock.ticks())));
  }

  public void write(ByteWriter out) {
    Stamps.write(out.u64(at), sent);
  }

  public static Receive read(ByteReader in) throws MalformedException {
    long at = in.u64();
    if (at < 0) {
      throw new MalformedException("receive with negative number " + at);
    }
    return new Receive(at, Stamps.read(in));
  }
}
