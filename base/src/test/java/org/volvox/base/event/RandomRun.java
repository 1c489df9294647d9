package org.volvox.base.event;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/**
 * A run of nodes and clients that send, lose, repeat and reorder messages, and of nodes that crash:
 * every event with all that happened before it, found by plain search, and what nodes would have
 * recorded of it.
 */
final class RandomRun {
  /** How a run is drawn. */
  record Options(int nodes, int clients, int steps, int memory, boolean crashes) {}

  /** An event of the run, recorded or not. */
  record Happening(EventStamp stamp, Optional<EventStamp> received, BitSet past) {}

  private record Flying(int to, int sent, boolean knowsMore) {}

  private final class Member {
    private final Origin origin;
    private LamportTime clock = LamportTime.ZERO;
    private long seq;
    private Optional<Integer> last = Optional.empty();
    private Optional<EventStamp> lastReceived = Optional.empty();
    private Heard heard = new Heard(options.memory(), 0, Frontier.NOTHING);
    private final List<Event> journal = new ArrayList<>();
    private Optional<NodeId> heardNode = Optional.empty();
    private boolean heardSeveral;

    Member(Origin origin) {
      this.origin = origin;
    }

    boolean isNode() {
      return origin instanceof Origin.Node;
    }

    private int happen(LamportTime at, Optional<Integer> cause) {
      clock = at;
      seq++;
      BitSet past = new BitSet();
      last.ifPresent(before -> addPast(past, before));
      cause.ifPresent(sent -> addPast(past, sent));
      int index = all.size();
      EventStamp stamp = new EventStamp(clock, new EventId(origin, seq));
      all.add(new Happening(stamp, cause.map(sent -> all.get(sent).stamp()), past));
      places.put(stamp.id(), index);
      last = Optional.of(index);
      return index;
    }

    private void addPast(BitSet past, int before) {
      past.or(all.get(before).past());
      past.set(before);
    }

    void record() {
      Frontier seen = heard.frontier();
      EventStamp stamp = all.get(happen(clock.next(), Optional.empty())).stamp();
      Event event = Event.of(stamp, EventKind.LOCAL, new WallTime(0), "").seen(seen);
      boolean names = lastReceived.isPresent() && prng.below(2) == 0;
      journal.add(names ? event.because(lastReceived.get()) : event);
    }

    void send(int to) {
      int sent = happen(clock.next(), Optional.empty());
      boolean more =
          !isNode()
              && (heardSeveral
                  || (heardNode.isPresent()
                      && !processes.get(to).origin.equals(new Origin.Node(heardNode.get()))));
      int copies = prng.below(8) == 0 ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        flying.add(new Flying(to, sent, more));
      }
    }

    void receive(Flying message) {
      EventStamp sent = all.get(message.sent()).stamp();
      happen(clock.receive(sent.clock()), Optional.of(message.sent()));
      lastReceived = Optional.of(sent);
      if (sent.id().origin() instanceof Origin.Node(NodeId from)) {
        heard.received(seq, from, sent.id().seq(), sent.clock().ticks());
        heardSeveral |= heardNode.isPresent() && !heardNode.get().equals(from);
        heardNode = Optional.of(from);
      } else if (message.knowsMore()) {
        heard.receivedFromSomebody(seq, sent.clock().ticks());
      }
    }

    /** Starts again above what it may have used, from what its journal says. */
    void crash() {
      boolean isClean = prng.below(2) == 0;
      if (isClean) {
        record();
      } else {
        clock = new LamportTime(clock.ticks() + prng.below(50));
        seq += prng.below(50);
      }
      Optional<Event> newest =
          journal.isEmpty() ? Optional.empty() : Optional.of(journal.getLast());
      long recorded = newest.map(event -> event.stamp().id().seq()).orElse(0L);
      Frontier frontier = newest.flatMap(Event::seen).orElse(Frontier.NOTHING);
      heard =
          recorded == seq
              ? new Heard(options.memory(), recorded, frontier)
              : Heard.afterLoss(options.memory(), seq, clock, frontier);
    }
  }

  private final Options options;
  private final Prng prng;
  private final List<Happening> all = new ArrayList<>();
  private final Map<EventId, Integer> places = new HashMap<>();
  private final List<Member> processes = new ArrayList<>();
  private final List<Flying> flying = new ArrayList<>();

  RandomRun(Options options, int seed) {
    this.options = options;
    this.prng = new Prng(seed);
    for (int i = 1; i <= options.nodes(); i++) {
      processes.add(new Member(new Origin.Node(new NodeId(i))));
    }
    for (int i = 1; i <= options.clients(); i++) {
      processes.add(new Member(new Origin.Client(new SessionId(i))));
    }
    for (int i = 0; i < options.steps(); i++) {
      step();
    }
  }

  private void step() {
    Member process = processes.get(prng.below(processes.size()));
    int kind = prng.below(100);
    if (kind < 20 && process.isNode()) {
      process.record();
    } else if (kind < 55) {
      // A client speaks to nodes only.
      int to = prng.below(process.isNode() ? processes.size() : options.nodes());
      if (processes.get(to) != process) {
        process.send(to);
      }
    } else if (kind < 97) {
      if (!flying.isEmpty()) {
        Flying message = flying.remove(prng.below(Math.min(flying.size(), 6)));
        if (prng.below(10) > 0) {
          processes.get(message.to()).receive(message);
        }
      }
    } else if (options.crashes() && process.isNode()) {
      process.crash();
    }
  }

  List<Happening> all() {
    return all;
  }

  /** Where in {@link #all} an event is. */
  int place(EventId id) {
    return Optional.ofNullable(places.get(id)).orElseThrow();
  }

  /** What the graph says. */
  HappenedBefore.Answer truth(EventId left, EventId right) {
    int l = place(left);
    int r = place(right);
    if (l == r) {
      return HappenedBefore.Answer.SAME;
    }
    if (all.get(r).past().get(l)) {
      return HappenedBefore.Answer.BEFORE;
    }
    return all.get(l).past().get(r)
        ? HappenedBefore.Answer.AFTER
        : HappenedBefore.Answer.CONCURRENT;
  }

  /** What the nodes' journals have. */
  List<Event> journals() {
    return processes.stream().flatMap(process -> process.journal.stream()).toList();
  }

  /** What the nodes remember, all but of those left out. */
  List<RecentReceives> memories() {
    List<RecentReceives> memories = new ArrayList<>();
    for (Member process : processes) {
      if (process.origin instanceof Origin.Node(NodeId node)) {
        memories.add(process.heard.recent(node, process.seq));
      }
    }
    return memories;
  }

  /** Every event of the nodes as a lab has them: none has a frontier, receives have their sends. */
  List<Event> everything() {
    return all.stream()
        .map(happening -> {
          Event event =
              Event.of(
                  happening.stamp(),
                  happening.received().isPresent() ? EventKind.RECEIVE : EventKind.LOCAL,
                  new WallTime(0),
                  "");
          return happening.received().map(event::because).orElse(event);
        })
        .toList();
  }

  /** Some of a list, as a journal is that has lost some. */
  <T> List<T> some(List<T> list, int ofTen) {
    return list.stream().filter(item -> prng.below(10) < ofTen).toList();
  }
}
