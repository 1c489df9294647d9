package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.MonoTime;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.Method;

/** How a call was opened; by which send, if the other end did it. */
record Opened(
    Method method, Optional<MonoTime> deadline, Optional<EventStamp> by, boolean isKnown) {
  /** By this end; the connection does not know of it yet. */
  Opened(Method method, Optional<MonoTime> deadline) {
    this(method, deadline, Optional.empty(), false);
  }
}
