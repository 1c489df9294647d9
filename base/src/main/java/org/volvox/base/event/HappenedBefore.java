package org.volvox.base.event;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;

/**
 * Answers whether one recorded event could have influenced another (Lamport 1978, the relation
 * -&gt;): reachability over causes and each origin's own order, by vectors derived from merged
 * journals. Where a link was not recorded the answer is UNKNOWN, never CONCURRENT.
 */
public final class HappenedBefore {
  /** How one event stands to another. */
  public enum Answer {
    SAME,
    BEFORE,
    AFTER,
    CONCURRENT,
    /** A link between them, or one of them, was dropped from its journal. */
    UNKNOWN
  }

  /** What an event knows, and whether all links to that were recorded. */
  private record Knowledge(VectorClock vector, boolean complete) {}

  private final Map<Origin, Map<Long, Knowledge>> known = new TreeMap<>();

  /** Takes events in total order, as {@link EventMerge} gives them. */
  public HappenedBefore(List<Event> events) {
    Map<Origin, EventId> last = new TreeMap<>();
    for (Event event : events) {
      EventId id = event.stamp().id();
      Optional<EventId> before = Optional.ofNullable(last.put(id.origin(), id));
      known
          .computeIfAbsent(id.origin(), origin -> new TreeMap<>())
          .put(id.seq(), derive(event, before));
    }
  }

  public Answer compare(EventId left, EventId right) {
    if (left.equals(right)) {
      return Answer.SAME;
    }
    if (left.origin().equals(right.origin())) {
      return left.seq() < right.seq() ? Answer.BEFORE : Answer.AFTER;
    }
    Optional<Knowledge> leftKnows = find(left);
    Optional<Knowledge> rightKnows = find(right);
    if (rightKnows.isPresent() && rightKnows.get().vector().count(left.origin()) >= left.seq()) {
      return Answer.BEFORE;
    }
    if (leftKnows.isPresent() && leftKnows.get().vector().count(right.origin()) >= right.seq()) {
      return Answer.AFTER;
    }
    boolean complete =
        leftKnows.isPresent()
            && rightKnows.isPresent()
            && leftKnows.get().complete()
            && rightKnows.get().complete();
    return complete ? Answer.CONCURRENT : Answer.UNKNOWN;
  }

  private Knowledge derive(Event event, Optional<EventId> before) {
    EventId id = event.stamp().id();
    VectorClock vector = VectorClock.ZERO.with(id.origin(), id.seq());
    // A gap in the origin's numbers may have held a receive that nobody recorded.
    boolean complete = before.map(EventId::seq).orElse(0L) == id.seq() - 1;
    if (before.isPresent()) {
      Knowledge own = find(before.get()).orElseThrow();
      vector = vector.merge(own.vector());
      complete = complete && own.complete();
    }
    if (event.cause().isPresent()) {
      EventId cause = event.cause().get();
      Optional<Knowledge> sender = find(cause);
      vector =
          vector
              .with(cause.origin(), cause.seq())
              .merge(sender.map(Knowledge::vector).orElse(VectorClock.ZERO));
      complete = complete && sender.isPresent() && sender.get().complete();
    }
    return new Knowledge(vector, complete);
  }

  private Optional<Knowledge> find(EventId id) {
    Map<Long, Knowledge> events = known.get(id.origin());
    return events == null ? Optional.empty() : Optional.ofNullable(events.get(id.seq()));
  }
}
