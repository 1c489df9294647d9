package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.json.JsonWriter;

/**
 * Events as ShiViz reads them: a line with the host and its vector clock, then one with what
 * happened. There each host's own count goes up by one an event, so vectors count the events of the
 * log, not all that there were. The regular expression is {@link #PATTERN}.
 */
public final class ShiVizLog {
  /** What ShiViz has to be told to read the log. */
  public static final String PATTERN = "(?<host>\\S+) (?<clock>\\{.*\\})\\n(?<event>.*)";

  private final List<Event> events;
  private final HappenedBefore order;
  private final Map<Origin, Map<Long, VectorClock>> vectors = new TreeMap<>();

  /** Events in total order; how they stand to each other may be known from more than these. */
  public ShiVizLog(List<Event> events, HappenedBefore order) {
    this.events = List.copyOf(events);
    this.order = order;
  }

  public List<String> lines() {
    Map<Origin, List<Long>> numbers = new TreeMap<>();
    List<String> lines = new ArrayList<>();
    for (Event event : events) {
      EventId id = event.stamp().id();
      numbers.computeIfAbsent(id.origin(), _ -> new ArrayList<>()).add(id.seq());
      VectorClock vector = derived(event).orElseGet(() -> order.vector(id));
      vectors.computeIfAbsent(id.origin(), _ -> new TreeMap<>()).put(id.seq(), vector);
      JsonWriter clock = new JsonWriter().object();
      for (Map.Entry<Origin, List<Long>> line : numbers.entrySet()) {
        int known = countUpTo(line.getValue(), vector.count(line.getKey()));
        if (known > 0) {
          clock.field(line.getKey().toString(), known);
        }
      }
      lines.add(id.origin() + " " + clock.end().text());
      lines.add(event.text().replace('\n', ' '));
    }
    return lines;
  }

  /** From the event just before and the cause, where both are in the log: no search is needed. */
  private Optional<VectorClock> derived(Event event) {
    EventId id = event.stamp().id();
    Optional<VectorClock> before =
        id.seq() == 1
            ? Optional.of(VectorClock.ZERO)
            : known(new EventId(id.origin(), id.seq() - 1));
    Optional<VectorClock> cause =
        event.cause().isEmpty() ? Optional.of(VectorClock.ZERO) : known(event.cause().get().id());
    return before.isEmpty() || cause.isEmpty()
        ? Optional.empty()
        : Optional.of(before.get().merge(cause.get()).with(id.origin(), id.seq()));
  }

  private Optional<VectorClock> known(EventId id) {
    return Optional.ofNullable(vectors.get(id.origin())).map(line -> line.get(id.seq()));
  }

  /** How many of the ascending numbers are not above the greatest known. */
  private static int countUpTo(List<Long> numbers, long known) {
    int low = 0;
    int high = numbers.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (numbers.get(middle) <= known) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
