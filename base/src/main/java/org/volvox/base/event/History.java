package org.volvox.base.event;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/** All that journals and nodes' memories tell of one run, ordered for questions. */
final class History {
  private static final Hearing NOT_RECORDED = new Hearing();

  /** One origin: its recorded events, runs of them without a gap, and what it heard. */
  private static final class Line {
    private final NavigableMap<Long, LamportTime> events = new TreeMap<>();
    private final NavigableMap<Long, Long> runStarts = new TreeMap<>();
    private final Map<Origin, Hearing> heard = new TreeMap<>();

    Hearing of(Origin other) {
      return heard.computeIfAbsent(other, _ -> new Hearing());
    }
  }

  private final Map<Origin, Line> lines = new TreeMap<>();
  private final TreeSet<Origin> others = new TreeSet<>();

  History(List<Event> events, List<RecentReceives> recent) {
    others.add(Receive.SOMEBODY);
    for (Event event : events) {
      others.add(event.stamp().id().origin());
      event.cause().ifPresent(cause -> addNode(cause.id().origin()));
      event.seen().ifPresent(this::addNodes);
    }
    for (RecentReceives memory : recent) {
      others.add(new Origin.Node(memory.node()));
      addNodes(memory.before());
      memory.receives().forEach(receive -> addNode(receive.sent().id().origin()));
    }
    events.forEach(this::addCauseAndClock);
    // Who is not in a frontier was not heard: that wants to know first who there is.
    events.forEach(this::addFrontier);
    recent.forEach(this::addRecent);
    lines.values().forEach(History::findRuns);
  }

  /** All that can have happened before something: the nodes, and whoever knew of them. */
  SortedSet<Origin> origins() {
    return others;
  }

  Optional<LamportTime> clock(EventId id) {
    Line line = lines.get(id.origin());
    return line == null ? Optional.empty() : Optional.ofNullable(line.events.get(id.seq()));
  }

  Hearing hearing(Origin hearer, Origin other) {
    Line line = lines.get(hearer);
    return line == null ? NOT_RECORDED : line.heard.getOrDefault(other, NOT_RECORDED);
  }

  /** Whether it is known exactly how far the hearer had heard the other one behind this event. */
  boolean isExact(Origin hearer, Origin other, long own) {
    Hearing hearing = hearing(hearer, other);
    if (hearing.isExactAt(own)) {
      return true;
    }
    Line line = lines.get(hearer);
    Optional<Long> start =
        line == null ? Optional.empty() : Optional.ofNullable(line.runStarts.get(own));
    // Each event since then is recorded, with its cause.
    return start.isPresent() && hearing.isExactAt(start.get() - 1);
  }

  private void addNodes(Frontier frontier) {
    frontier.receives().forEach(receive -> addNode(receive.sent().id().origin()));
  }

  /**
   * Of a client nothing is recorded but what it sent; what it knew is the node's, or somebody's.
   */
  private void addNode(Origin origin) {
    if (origin instanceof Origin.Node) {
      others.add(origin);
    }
  }

  private Line line(Origin origin) {
    return lines.computeIfAbsent(origin, _ -> new Line());
  }

  private void addCauseAndClock(Event event) {
    EventId id = event.stamp().id();
    Line line = line(id.origin());
    line.events.put(id.seq(), event.stamp().clock());
    event
        .cause()
        .ifPresent(cause ->
            line.of(cause.id().origin())
                .addStep(new Hearing.Step(id.seq(), cause.id().seq(), cause.clock())));
  }

  private void addFrontier(Event event) {
    if (event.seen().isEmpty()) {
      return;
    }
    EventId id = event.stamp().id();
    addFrontier(line(id.origin()), event.seen().get(), id.seq());
  }

  private void addFrontier(Line line, Frontier frontier, long own) {
    TreeSet<Origin> silent = new TreeSet<>(others);
    for (Receive receive : frontier.receives()) {
      Origin from = receive.sent().id().origin();
      silent.remove(from);
      line.of(from).addSpan(step(receive), frontier.wholeSince(), own);
    }
    silent.forEach(other -> line.of(other).addSilence(frontier.wholeSince(), own));
  }

  private void addRecent(RecentReceives recent) {
    Line line = line(new Origin.Node(recent.node()));
    Map<Origin, Hearing.Step> last = new TreeMap<>();
    long since = recent.before().wholeSince();
    addFrontier(line, recent.before(), recent.from());
    for (Receive receive : recent.before().receives()) {
      last.put(receive.sent().id().origin(), step(receive));
    }
    for (Receive receive : recent.receives()) {
      Origin from = receive.sent().id().origin();
      Hearing.Step before = last.get(from);
      if (before == null || before.seq() < receive.sent().id().seq()) {
        endSpan(line.of(from), Optional.ofNullable(before), since, receive.at() - 1);
        last.put(from, step(receive));
      }
    }
    for (Origin other : others) {
      endSpan(line.of(other), Optional.ofNullable(last.get(other)), since, recent.through());
    }
  }

  private static void endSpan(
      Hearing hearing, Optional<Hearing.Step> step, long since, long through) {
    if (step.isPresent()) {
      hearing.addSpan(step.get(), since, through);
    } else {
      hearing.addSilence(since, through);
    }
  }

  private static Hearing.Step step(Receive receive) {
    return new Hearing.Step(receive.at(), receive.sent().id().seq(), receive.sent().clock());
  }

  private static void findRuns(Line line) {
    long start = 0;
    long last = -1;
    for (long seq : line.events.keySet()) {
      start = seq == last + 1 ? start : seq;
      last = seq;
      line.runStarts.put(seq, start);
    }
  }
}
