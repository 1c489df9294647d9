package org.volvox.node.event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.About;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventFilter;
import org.volvox.base.event.EventKind;
import org.volvox.base.event.RecentReceives;
import org.volvox.node.folder.FolderException;
import org.volvox.storage.EventJournal;

/**
 * The node's clock and its journal together: an event is stamped and written down under one lock,
 * so that the journal is in the order of the stamps, and what {@link Listing#through} says holds.
 */
public final class NodeJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(NodeJournal.class);

  private final EventJournal journal;
  private final EventClock clock;

  /**
   * Some events in order, the clock up to which no more will come, and whether older ones that were
   * wanted are missing.
   */
  public record Listing(List<Event> events, LamportTime through, boolean isCut) {}

  private NodeJournal(EventJournal journal, EventClock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** Opens both in a node's folder; the clock knows from the journal how far the node had heard. */
  public static NodeJournal open(EventClock.Place place, Path folder)
      throws IOException, FolderException {
    EventJournal journal = EventJournal.open(folder, EventJournal.Limits.DEFAULT);
    return new NodeJournal(journal, EventClock.open(place, journal.newest()));
  }

  public EventClock clock() {
    return clock;
  }

  @Override
  public synchronized EventStamp record(
      EventKind kind, String what, Optional<EventStamp> cause, About about) {
    EventClock.Point point = clock.point();
    WallTime wall = new WallTime(System.currentTimeMillis());
    Event event = Event.of(point.stamp(), kind, wall, what).about(about).seen(point.seen());
    if (cause.isPresent()) {
      event = event.because(cause.get());
    }
    LOG.debug("event {}", event);
    journal.append(event);
    return point.stamp();
  }

  /** The last events with a clock above {@code after} that are wanted. */
  public Listing last(int count, LamportTime after, EventFilter filter) {
    LamportTime through;
    synchronized (this) {
      through = clock.time();
    }
    EventJournal.Listing found = journal.last(count, after, filter::matches);
    // What came meanwhile is above the clock that was read before.
    List<Event> events =
        found.events().stream()
            .filter(event -> event.stamp().clock().compareTo(through) <= 0)
            .toList();
    return new Listing(events, through, found.isCut());
  }

  /** What the node remembers of its receives. */
  public RecentReceives receives() {
    return clock.recent();
  }

  /** The last event: after a clean end nothing that the node had heard is unknown. */
  public void close() throws IOException {
    record(EventKind.NODE_STOPPED, "stopped", Optional.empty());
    journal.close();
    clock.close();
  }
}
