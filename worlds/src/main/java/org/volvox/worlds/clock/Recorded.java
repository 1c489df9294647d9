package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.EventId;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventLine;
import org.volvox.base.event.HappenedBefore;
import org.volvox.base.event.HappenedBefore.Answer;

/**
 * A run that was recorded elsewhere, by a cluster's journals or by the lab, as event lines. Its
 * events stand to each other as {@link HappenedBefore} says.
 */
public final class Recorded implements History {
  /** All that a page can hold, several times over. */
  public static final int CHARACTERS_MAX = 16 << 20;

  private final Run run;
  private final List<Event> events;
  private final HappenedBefore order;
  private final boolean isComplete;
  private final Map<EventId, Integer> indices;

  private Recorded(RecordedRun recorded, HappenedBefore order) {
    this.run = recorded.run();
    this.events = recorded.events();
    this.indices = recorded.indices();
    this.isComplete = recorded.isComplete();
    this.order = order;
  }

  /** Reads event lines, in any order; an event that comes twice counts once. */
  public static Recorded read(String lines) throws ScriptException {
    if (lines.length() > CHARACTERS_MAX) {
      throw new ScriptException(
          0, "the lines have " + lines.length() + " characters; at most " + CHARACTERS_MAX);
    }
    List<Event> events = new ArrayList<>();
    int number = 0;
    int from = 0;
    while (from <= lines.length()) {
      int end = lines.indexOf('\n', from);
      end = end < 0 ? lines.length() : end;
      String line = lines.substring(from, end).strip();
      number++;
      if (!line.isEmpty()) {
        events.add(read(number, line));
      }
      from = end + 1;
    }
    return of(events);
  }

  private static Event read(int number, String line) throws ScriptException {
    if (number > 2 * Limits.HAPPENINGS_MAX) {
      throw tooMany();
    }
    try {
      return EventLine.read(line);
    } catch (MalformedException e) {
      throw new ScriptException(number, "no event line: " + e.getMessage());
    }
  }

  public static Recorded of(List<Event> given) throws ScriptException {
    TreeMap<String, Event> once = new TreeMap<>();
    for (Event event : given) {
      // What is no event of a clock has no number of its own.
      String of = event.stamp().id() + " " + event.kind() + " " + event.about().message();
      once.putIfAbsent(event.stamp().id().seq() == 0 ? of : event.stamp().id().toString(), event);
    }
    if (once.isEmpty()) {
      throw new ScriptException(0, "there is no event in it; volvox events --json prints them");
    }
    if (once.size() > Limits.HAPPENINGS_MAX) {
      throw tooMany();
    }
    List<Event> events = new ArrayList<>(once.values());
    List<Event> counted = new ArrayList<>(events);
    counted.removeIf(event -> event.stamp().id().seq() == 0);
    events.removeIf(event -> !isShown(event, once));
    HappenedBefore order = new HappenedBefore(counted);
    return new Recorded(new RecordedRun(events, order), order);
  }

  // Of what is no event of a clock, only what the lab knows how to draw.
  private static boolean isShown(Event event, Map<String, Event> all) {
    boolean isDrawn =
        switch (event.kind()) {
          case JOINED, REMOVED -> true;
          case LOST ->
              event.cause().isPresent() && all.containsKey(event.cause().get().id().toString());
          default -> false;
        };
    return event.stamp().id().seq() > 0 || isDrawn;
  }

  private static ScriptException tooMany() {
    return new ScriptException(
        0,
        "more than "
            + Limits.HAPPENINGS_MAX
            + " events; take fewer, as with volvox events --node or --kind");
  }

  @Override
  public Run run() {
    return run;
  }

  /** The events as they were read, in the order in which they are shown. */
  public List<Event> events() {
    return events;
  }

  @Override
  public Answer compare(int left, int right) {
    if (left == right) {
      return Answer.SAME;
    }
    // The vectors hold all that is sure; only what they do not show is searched for.
    if (isKnown(left, right)) {
      return Answer.BEFORE;
    }
    if (isKnown(right, left)) {
      return Answer.AFTER;
    }
    return isComplete ? Answer.CONCURRENT : order.compare(id(left), id(right));
  }

  private boolean isKnown(int first, int second) {
    EventId id = id(first);
    return run.at(second).clocks().vector().count(id.origin()) >= id.seq();
  }

  @Override
  public List<Causality.Link> chain(int first, int second) {
    List<Causality.Link> chain = new ArrayList<>();
    for (HappenedBefore.Link link : order.relation(id(first), id(second)).chain()) {
      Integer from = indices.get(link.from());
      Integer to = indices.get(link.to());
      // Of a message between events that were not recorded only the answer speaks.
      if (from != null && to != null) {
        chain.add(new Causality.Link(from, to, link.isMessage() ? run.at(to).message() : 0));
      }
    }
    return chain;
  }

  private EventId id(int index) {
    return events.get(index).stamp().id();
  }
}
