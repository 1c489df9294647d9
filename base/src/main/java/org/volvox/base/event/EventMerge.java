package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;

/**
 * Merges the journals of many nodes into one list in total order (Lamport 1978, the relation
 * =&gt;), as far as it is settled: an event comes out when every live node has announced that it
 * will record nothing at or before that clock any more. One thread owns it.
 *
 * <p>Invariant: what {@link #settled} gives ascends, over all its calls; an event that comes too
 * late for that is counted in {@link #lateCount}, not slipped in. A node announces a clock only
 * after handing over all its events up to it.
 */
public final class EventMerge {
  private final NavigableMap<NodeId, LamportTime> announced = new TreeMap<>();
  private final NavigableMap<EventStamp, Event> waiting = new TreeMap<>();
  private LamportTime settledTo = LamportTime.ZERO;
  private int lateCount;

  /** Waits for this node's announcements from now on. */
  public void join(NodeId node) {
    announced.putIfAbsent(node, LamportTime.ZERO);
  }

  /** Does not wait for this node any more: it is down. */
  public void leave(NodeId node) {
    announced.remove(node);
  }

  /** Takes events of any node, in any order; one that it has already is taken once. */
  public void add(List<Event> events) {
    for (Event event : events) {
      if (event.stamp().clock().compareTo(settledTo) <= 0) {
        lateCount++;
      } else {
        waiting.put(event.stamp(), event);
      }
    }
  }

  /** The node will record nothing at or before {@code clock} any more. */
  public void announce(NodeId node, LamportTime clock) {
    if (announced.containsKey(node)) {
      announced.merge(node, clock, (old, next) -> old.compareTo(next) > 0 ? old : next);
    }
  }

  /** The events that are settled and were not given before, in total order. */
  public List<Event> settled() {
    Optional<LamportTime> lowest = announced.values().stream().min(LamportTime::compareTo);
    return lowest.isEmpty() ? List.of() : upTo(lowest.get());
  }

  /** All that is left, settled or not, in total order; for a listing that ends. */
  public List<Event> rest() {
    List<Event> events = new ArrayList<>(waiting.values());
    waiting.clear();
    if (!events.isEmpty()) {
      settledTo = events.getLast().stamp().clock();
    }
    return events;
  }

  /** Up to which clock all has been given out. */
  public LamportTime settledTo() {
    return settledTo;
  }

  /** How many events came after their place in the order was given out. */
  public int lateCount() {
    return lateCount;
  }

  private List<Event> upTo(LamportTime clock) {
    List<Event> events = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.firstKey().clock().compareTo(clock) <= 0) {
      events.add(waiting.pollFirstEntry().getValue());
    }
    if (clock.compareTo(settledTo) > 0) {
      settledTo = clock;
    }
    return events;
  }
}
