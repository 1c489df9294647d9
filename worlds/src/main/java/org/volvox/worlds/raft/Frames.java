package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;

/**
 * The stamps of what travels, and their oracle: a receive is after its send, and no endpoint shows
 * a clock value twice, whatever crashes in between. It keeps the events themselves for whoever
 * wants to look at a whole run.
 *
 * <p>Endpoints are named as nodes, the clients behind the machines: n1 is endpoint 0.
 */
final class Frames {
  private final List<LamportTime> clocks = new ArrayList<>();
  private final List<Long> seqs = new ArrayList<>();
  private final Optional<List<Event>> captured;

  Frames(int endpoints, boolean captures) {
    for (int i = 0; i < endpoints; i++) {
      clocks.add(LamportTime.ZERO);
      seqs.add(0L);
    }
    captured = captures ? Optional.of(new ArrayList<>()) : Optional.empty();
  }

  EventStamp sent(int endpoint, LamportTime clock) {
    EventStamp stamp = next(endpoint, clock);
    captured.ifPresent(events -> events.add(event(stamp, EventKind.SEND)));
    return stamp;
  }

  void received(int endpoint, LamportTime clock, EventStamp sent) {
    if (clock.compareTo(sent.clock()) <= 0) {
      throw new Violation(
          "LamportClock",
          "endpoint " + endpoint + " received at " + clock + " what was sent at " + sent.clock());
    }
    EventStamp stamp = next(endpoint, clock);
    captured.ifPresent(events -> events.add(event(stamp, EventKind.RECEIVE).because(sent)));
  }

  /** In the order in which they happened; empty unless asked for. */
  List<Event> captured() {
    return List.copyOf(captured.orElse(List.of()));
  }

  private EventStamp next(int endpoint, LamportTime clock) {
    LamportTime last = clocks.get(endpoint);
    if (clock.compareTo(last) <= 0) {
      throw new Violation(
          "LamportClock", "endpoint " + endpoint + " is at " + clock + " after " + last);
    }
    clocks.set(endpoint, clock);
    long seq = seqs.get(endpoint) + 1;
    seqs.set(endpoint, seq);
    return new EventStamp(clock, new EventId(new Origin.Node(new NodeId(endpoint + 1)), seq));
  }

  private static Event event(EventStamp stamp, EventKind kind) {
    return Event.of(stamp, kind, new WallTime(0), "");
  }
}
