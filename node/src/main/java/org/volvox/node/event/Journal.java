package org.volvox.node.event;

import java.util.Optional;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.event.About;
import org.volvox.base.event.EventKind;

/** Where the node writes down what happened to it. */
public interface Journal {
  /**
   * Records a local event with the event that led to it, if one is known, and what it is about.
   *
   * @return the event's own stamp
   */
  EventStamp record(EventKind kind, String what, Optional<EventStamp> cause, About about);

  /** Records an event that is about nothing but the node. */
  default EventStamp record(EventKind kind, String what, Optional<EventStamp> cause) {
    return record(kind, what, cause, About.NOTHING);
  }
}
