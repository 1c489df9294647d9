package org.volvox.worlds.clock;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.clock.HybridTime;

/**
 * Holds each {@link Property} against a run, event by event, and keeps the first event that breaks
 * it. An order holds for all pairs if it holds between each event and those directly before it: its
 * lane's last event and the send that it received.
 */
public final class Properties {
  /** The first event that breaks a property, and the values that show it. */
  public record Breach(int event, String text) {}

  private final Run run;
  private final Causality causality;
  private final int[] laneOfNode = new int[Limits.NODE_NUMBER_MAX + 1];
  private final long[] wallMax;
  private final Map<Property, Breach> breaches = new EnumMap<>(Property.class);

  public Properties(Run run, Causality causality) {
    this.run = run;
    this.causality = causality;
    this.wallMax = new long[run.size()];
    for (int lane = 0; lane < run.lanes().size(); lane++) {
      laneOfNode[(int) run.lanes().get(lane).origin().code()] = lane;
    }
    for (int i = 0; i < run.size(); i++) {
      if (run.at(i).isEvent()) {
        check(i);
      }
    }
  }

  /** The first event among the first {@code cursor} that breaks the property. */
  public Optional<Breach> breach(Property property, int cursor) {
    return Optional.ofNullable(breaches.get(property)).filter(breach -> breach.event() < cursor);
  }

  /** The property that is broken first, if any is. */
  public Optional<Property> firstBroken() {
    int firstEvent = run.size();
    Optional<Property> first = Optional.empty();
    for (Map.Entry<Property, Breach> entry : breaches.entrySet()) {
      if (entry.getValue().event() < firstEvent) {
        firstEvent = entry.getValue().event();
        first = Optional.of(entry.getKey());
      }
    }
    return first;
  }

  private void check(int event) {
    run.previous(event).ifPresent(before -> checkNodeOrder(before, event));
    run.previous(event).ifPresent(before -> checkOrders(before, event));
    run.cause(event).ifPresent(before -> checkOrders(before, event));
    checkVector(event);
    checkWall(event);
  }

  private void checkNodeOrder(int before, int event) {
    if (lamport(before) >= lamport(event)) {
      breaks(
          Property.NODE_ORDER,
          event,
          Telling.name(run, event)
              + " has clock "
              + lamport(event)
              + ", and the event before it had "
              + lamport(before));
    }
  }

  private void checkOrders(int before, int event) {
    Happening first = run.at(before);
    Happening second = run.at(event);
    if (lamport(before) >= lamport(event)) {
      String clocks = lamport(before) + " and " + lamport(event);
      breaks(Property.CLOCK_CONDITION, event, pair(before, event) + "their clocks are " + clocks);
    }
    if (first.stamp(run.laneOf(before)).compareTo(second.stamp(run.laneOf(event))) >= 0) {
      breaks(
          Property.TOTAL_ORDER, event, pair(before, event) + "stands behind it in the total order");
    }
    HybridTime firstTime = first.clocks().hybrid();
    HybridTime secondTime = second.clocks().hybrid();
    if (firstTime.compareTo(secondTime) >= 0) {
      String clocks = firstTime + " and " + secondTime;
      breaks(
          Property.HYBRID_ORDER, event, pair(before, event) + "their hybrid clocks are " + clocks);
    }
  }

  private String pair(int before, int event) {
    return Telling.name(run, before) + " happened before " + Telling.name(run, event) + ", but ";
  }

  private void checkVector(int event) {
    int[] wrong = {0, 0};
    run.at(event)
        .clocks()
        .vector()
        .forEach((origin, count) -> {
          wrong[0]++;
          wrong[1] += causality.known(event, laneOfNode[(int) origin.code()]) == count ? 0 : 1;
        });
    int lanesKnown = 0;
    for (int lane = 0; lane < run.lanes().size(); lane++) {
      lanesKnown += causality.known(event, lane) > 0 ? 1 : 0;
    }
    if (wrong[1] > 0 || wrong[0] != lanesKnown) {
      breaks(
          Property.VECTOR,
          event,
          Telling.name(run, event)
              + " has the vector "
              + run.at(event).clocks().vector()
              + ", but what happened before it is "
              + past(event));
    }
  }

  private String past(int event) {
    StringBuilder text = new StringBuilder("{");
    for (int lane = 0; lane < run.lanes().size(); lane++) {
      int count = causality.known(event, lane);
      if (count > 0) {
        text.append(text.length() > 1 ? ", " : "").append(run.lanes().get(lane));
        text.append('=').append(count);
      }
    }
    return text.append('}').toString();
  }

  private void checkWall(int event) {
    Happening happening = run.at(event);
    long wall = Math.max(0, happening.at() + (long) happening.skew());
    wall = Math.max(wall, run.previous(event).map(before -> wallMax[before]).orElse(0L));
    wall = Math.max(wall, run.cause(event).map(before -> wallMax[before]).orElse(0L));
    wallMax[event] = wall;
    if (happening.clocks().hybrid().wall().millis() != wall) {
      breaks(
          Property.HYBRID_WALL,
          event,
          Telling.name(run, event)
              + " shows "
              + happening.clocks().hybrid().wall()
              + ", and the latest physical clock in its past is "
              + wall);
    }
  }

  private long lamport(int event) {
    return run.at(event).clocks().lamport().ticks();
  }

  private void breaks(Property property, int event, String text) {
    breaches.putIfAbsent(property, new Breach(event, text));
  }
}
