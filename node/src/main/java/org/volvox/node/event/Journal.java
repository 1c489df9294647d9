package org.volvox.node.event;

import java.util.Optional;
import org.volvox.base.clock.EventStamp;

/** Where the node writes down what happened to it. */
public interface Journal {
  /**
   * Records a local event with the event that led to it, if one is known.
   *
   * @return the event's own stamp
   */
  EventStamp record(String what, Optional<EventStamp> cause);
}
