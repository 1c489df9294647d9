package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.HybridTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;
import org.volvox.base.event.HappenedBefore;

/**
 * Makes a run of recorded events: a lane for each origin, a message for each recorded cause. Events
 * are shown by wall time, but none before what led to it.
 */
final class RecordedRun {
  /** So that a moment is an int with room to spare; twelve days. */
  private static final int SPAN_MILLIS_MAX = 1 << 30;

  private record Placed(Event event, int at) {}

  private final List<Event> events = new ArrayList<>();
  private final Map<EventId, Integer> indices = new TreeMap<>(RecordedRun::compare);
  private final TreeMap<Origin, Integer> lanes = new TreeMap<>();
  private final List<Integer> moments = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private final int[] messageOf;
  private final boolean isComplete;
  private final Run run;

  RecordedRun(List<Event> given, HappenedBefore order) throws ScriptException {
    for (Event event : given) {
      lanes.putIfAbsent(event.stamp().id().origin(), 0);
    }
    if (lanes.size() > Limits.NODES_MAX) {
      throw new ScriptException(
          0,
          "events of "
              + lanes.size()
              + " nodes and clients; at most "
              + Limits.NODES_MAX
              + " can be shown: take fewer, as with volvox events --node");
    }
    int lane = 0;
    for (Map.Entry<Origin, Integer> entry : lanes.entrySet()) {
      entry.setValue(lane++);
    }
    place(given);
    messageOf = new int[events.size()];
    findMessages();
    isComplete = findGap().isEmpty();
    run = build(order);
  }

  Run run() {
    return run;
  }

  /** Whether every event of every origin and every send is recorded, as in the lab's own lines. */
  boolean isComplete() {
    return isComplete;
  }

  // The first event that another one is missing before, in its origin's order or as its cause.
  private Optional<Integer> findGap() {
    TreeMap<Origin, Long> last = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      EventId id = events.get(i).stamp().id();
      boolean isNext = id.seq() == 0 || last.getOrDefault(id.origin(), 0L) == id.seq() - 1;
      int cause = events.get(i).cause().map(EventStamp::id).map(indices::get).orElse(-1);
      boolean isCaused = events.get(i).cause().isEmpty() || (cause >= 0 && cause < i);
      if (!isNext || !isCaused) {
        return Optional.of(i);
      }
      if (id.seq() > 0) {
        last.put(id.origin(), id.seq());
      }
    }
    return Optional.empty();
  }

  List<Event> events() {
    return events;
  }

  Map<EventId, Integer> indices() {
    return indices;
  }

  private static int compare(EventId left, EventId right) {
    int byOrigin = left.origin().compareTo(right.origin());
    return byOrigin != 0 ? byOrigin : Long.compare(left.seq(), right.seq());
  }

  // In total order causes come first, so one pass settles all moments; what is no event comes last.
  private void place(List<Event> given) throws ScriptException {
    List<Event> ordered = new ArrayList<>(given);
    ordered.sort(
        Comparator.comparing((Event event) -> event.stamp().id().seq() == 0)
            .thenComparing(Comparator.naturalOrder()));
    long begin = Long.MAX_VALUE;
    long end = 0;
    for (Event event : ordered) {
      begin = Math.min(begin, event.wall().millis());
      end = Math.max(end, event.wall().millis());
    }
    if (end - begin > SPAN_MILLIS_MAX) {
      throw new ScriptException(0, "the events span more than twelve days; take fewer");
    }
    Map<EventId, Integer> momentOf = new TreeMap<>(RecordedRun::compare);
    TreeMap<Origin, Integer> last = new TreeMap<>();
    List<Placed> placed = new ArrayList<>();
    for (Event event : ordered) {
      EventId id = event.stamp().id();
      int at = (int) (event.wall().millis() - begin);
      at = Math.max(at, id.seq() == 0 ? 0 : last.getOrDefault(id.origin(), 0));
      int caused = event.cause().map(cause -> momentOf.getOrDefault(cause.id(), 0)).orElse(0);
      at = Math.max(at, caused);
      placed.add(new Placed(event, at));
      if (id.seq() > 0) {
        last.put(id.origin(), at);
        momentOf.put(id, at);
      }
    }
    placed.sort(Comparator.comparingInt(Placed::at));
    for (Placed one : placed) {
      if (one.event().stamp().id().seq() > 0) {
        indices.put(one.event().stamp().id(), events.size());
      }
      events.add(one.event());
      moments.add(one.at());
    }
  }

  private void findMessages() {
    Map<Integer, List<Integer>> ends = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      Optional<Integer> cause = events.get(i).cause().map(EventStamp::id).map(indices::get);
      if (cause.isPresent() && cause.get() < i) {
        ends.computeIfAbsent(cause.get(), _ -> new ArrayList<>()).add(i);
      }
    }
    for (int sent = 0; sent < events.size(); sent++) {
      List<Integer> ended = ends.getOrDefault(sent, new ArrayList<>());
      Optional<String> name = events.get(sent).about().message();
      // The message of the send's own name is the first one, the others are copies of it.
      ended.sort(
          Comparator.comparing(
              end -> name.isPresent() && !events.get(end).about().message().equals(name)));
      addMessages(sent, ended);
    }
  }

  private void addMessages(int sent, List<Integer> ends) {
    boolean isSend = events.get(sent).kind() == EventKind.SEND;
    int first = messages.size() + 1;
    for (int end : ends) {
      int copyOf = isSend && messages.size() >= first ? first : 0;
      addMessage(sent, copyOf, laneOf(end), end);
    }
    Optional<NodeId> to = events.get(sent).about().to();
    if (isSend && ends.isEmpty() && to.isPresent()) {
      Integer lane = lanes.get(new Origin.Node(to.get()));
      if (lane != null) {
        addMessage(sent, 0, lane, Message.NEVER);
      }
    }
    messageOf[sent] = isSend && messages.size() >= first ? first : messageOf[sent];
  }

  private void addMessage(int sent, int copyOf, int to, int ended) {
    int number = messages.size() + 1;
    int sentAt = moments.get(sent);
    int dueAt = ended == Message.NEVER ? sentAt : moments.get(ended);
    boolean isLost = ended != Message.NEVER && events.get(ended).kind() == EventKind.LOST;
    Clocks carried =
        new Clocks(events.get(sent).stamp().clock(), Clocks.ZERO.vector(), HybridTime.ZERO);
    messages.add(
        new Message(
            number,
            copyOf,
            laneOf(sent),
            to,
            sent,
            sent + 1,
            sentAt,
            sentAt,
            dueAt,
            ended,
            isLost,
            carried));
    if (ended != Message.NEVER) {
      messageOf[ended] = number;
    }
  }

  private int laneOf(int index) {
    return lanes.getOrDefault(events.get(index).stamp().id().origin(), 0);
  }

  private Run build(HappenedBefore order) {
    List<Happening> happenings = new ArrayList<>();
    int[] joined = new int[lanes.size()];
    int[] removed = new int[lanes.size()];
    Arrays.fill(removed, Lane.NEVER);
    VectorClock[] lasts = new VectorClock[lanes.size()];
    Arrays.fill(lasts, VectorClock.ZERO);
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      Happening.Kind kind = kind(i);
      if (kind == Happening.Kind.JOIN) {
        joined[laneOf(i)] = moments.get(i);
      } else if (kind == Happening.Kind.REMOVE) {
        removed[laneOf(i)] = moments.get(i);
      }
      EventId id = event.stamp().id();
      Clocks clocks =
          new Clocks(
              event.stamp().clock(),
              kind.isEvent() ? vector(i, lasts, happenings, order) : lasts[laneOf(i)],
              HybridTime.ZERO);
      happenings.add(
          new Happening(
              moments.get(i),
              laneOf(i),
              kind,
              id.seq(),
              0,
              clocks,
              messageOf[i],
              event.kind().word(),
              event.text()));
    }
    List<Lane> all = new ArrayList<>();
    for (Map.Entry<Origin, Integer> entry : lanes.entrySet()) {
      int lane = entry.getValue();
      all.add(new Lane(entry.getKey(), joined[lane], removed[lane]));
    }
    return new Run(all, happenings, messages, List.of(), List.of());
  }

  // Where nothing is missing the clock's own rules give what the search would find.
  private VectorClock vector(
      int index, VectorClock[] lasts, List<Happening> earlier, HappenedBefore order) {
    EventId id = events.get(index).stamp().id();
    if (!isComplete) {
      return order.vector(id);
    }
    VectorClock known = lasts[laneOf(index)];
    Optional<Integer> cause = events.get(index).cause().map(EventStamp::id).map(indices::get);
    VectorClock vector =
        cause
            .map(sent -> known.receive(earlier.get(sent).clocks().vector(), id.origin()))
            .orElseGet(() -> known.tick(id.origin()));
    lasts[laneOf(index)] = vector;
    return vector;
  }

  // A cluster's event that a message led to is drawn as its receive, whatever else it says.
  private Happening.Kind kind(int index) {
    boolean isMessage = messageOf[index] > 0;
    if (events.get(index).stamp().id().seq() > 0) {
      boolean isSend = events.get(index).kind() == EventKind.SEND && isMessage;
      Happening.Kind other = isMessage ? Happening.Kind.RECEIVE : Happening.Kind.LOCAL;
      return isSend ? Happening.Kind.SEND : other;
    }
    return switch (events.get(index).kind()) {
      case LOST -> Happening.Kind.LOST;
      case JOINED -> Happening.Kind.JOIN;
      default -> Happening.Kind.REMOVE;
    };
  }
}
