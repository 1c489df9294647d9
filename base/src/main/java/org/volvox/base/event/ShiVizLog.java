package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      VectorClock vector = order.vector(id);
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
