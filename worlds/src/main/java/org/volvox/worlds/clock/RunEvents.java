package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.About;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;

/** A run as events of the one schema, in the order in which they happened. */
public final class RunEvents {
  private RunEvents() {}

  /** The first {@code cursor} happenings; what is no event of a clock has number 0. */
  public static List<Event> of(Run run, int cursor) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < cursor; i++) {
      events.add(event(run, i));
    }
    return events;
  }

  private static Event event(Run run, int index) {
    Happening happening = run.at(index);
    String text = happening.label().isEmpty() ? Telling.what(run, index) : happening.label();
    EventKind kind = EventKind.ofWord(happening.kind().word());
    Event event = Event.of(stamp(run, index), kind, new WallTime(happening.at()), text);
    Optional<Message> message = run.message(index);
    if (message.isPresent()) {
      event = event.about(about(run, message.get(), happening.kind()));
    }
    // A loss names its send too: nothing else tells which of many messages it was.
    boolean isEnd = message.isPresent() && happening.kind() != Happening.Kind.SEND;
    return isEnd ? event.because(stamp(run, message.get().sent())) : event;
  }

  private static About about(Run run, Message message, Happening.Kind kind) {
    About about = About.NOTHING.withMessage(message.id());
    boolean isSend = kind == Happening.Kind.SEND;
    return isSend && run.lanes().get(message.to()).origin() instanceof Origin.Node(NodeId node)
        ? about.withTo(node)
        : about;
  }

  private static EventStamp stamp(Run run, int index) {
    Happening happening = run.at(index);
    return new EventStamp(
        happening.clocks().lamport(), new EventId(run.laneOf(index).origin(), happening.seq()));
  }
}
