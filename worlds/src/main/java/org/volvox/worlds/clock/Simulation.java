package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.ClockRules;
import org.volvox.base.clock.Origin;

/**
 * Plays a script to its end. At one moment the messages that are due arrive first, in the order of
 * their numbers, then the script's lines take place in their order.
 */
public final class Simulation {
  /** A node while it is played. */
  private static final class Node {
    final Origin origin;
    final int joinedAt;
    int removedAt = Lane.NEVER;
    int skew;
    int seq;
    Clocks clocks = Clocks.ZERO;

    Node(NodeId id, int joinedAt) {
      this.origin = new Origin.Node(id);
      this.joinedAt = joinedAt;
    }
  }

  /** A message while it is played. */
  private static final class Flight {
    final Message made;
    int dueAt;
    int ended = Message.NEVER;
    boolean isLost;

    Flight(Message made) {
      this.made = made;
      this.dueAt = made.dueAt();
    }

    Message frozen() {
      return new Message(
          made.number(),
          made.copyOf(),
          made.from(),
          made.to(),
          made.sent(),
          made.madeAfter(),
          made.madeAt(),
          made.sentAt(),
          dueAt,
          ended,
          isLost,
          made.carried());
    }
  }

  private record Due(int at, int message) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at != other.at
          ? Integer.compare(at, other.at)
          : Integer.compare(message, other.message);
    }
  }

  private final ClockRules rules;
  private final List<Node> nodes = new ArrayList<>();
  private final TreeMap<NodeId, Integer> lanes = new TreeMap<>();
  private final List<Flight> flights = new ArrayList<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final List<Happening> happenings = new ArrayList<>();
  private final List<Run.SkewChange> skews = new ArrayList<>();
  // For each action, how many happenings came before it.
  private final List<Integer> places = new ArrayList<>();
  private int line;

  private Simulation(Script script) {
    rules = BrokenRule.without(script.broken());
    for (int i = 1; i <= script.nodes(); i++) {
      add(new NodeId(i), 0);
    }
  }

  public static Run run(Script script) throws ScriptException {
    Simulation simulation = new Simulation(script);
    for (Action.Timed timed : script.actions()) {
      simulation.deliverUntil(timed.at());
      simulation.line = timed.line();
      simulation.places.add(simulation.happenings.size());
      simulation.act(timed.at(), timed.action());
    }
    simulation.line = 0;
    simulation.deliverUntil(Integer.MAX_VALUE);
    List<Lane> lanes = new ArrayList<>();
    simulation.nodes.forEach(
        node -> lanes.add(new Lane(node.origin, node.joinedAt, node.removedAt)));
    List<Message> messages = new ArrayList<>();
    simulation.flights.forEach(flight -> messages.add(flight.frozen()));
    return new Run(lanes, simulation.happenings, messages, simulation.skews, simulation.places);
  }

  private void act(int at, Action action) throws ScriptException {
    switch (action) {
      case Action.Local(NodeId node, String label) -> {
        int lane = present(node);
        tick(at, lane);
        happen(at, lane, Happening.Kind.LOCAL, 0, label);
      }
      case Action.Send send -> send(at, send);
      case Action.Drop(int message) -> lose(at, flying(message));
      case Action.Duplicate(int message, int delay) -> duplicate(at, message, delay);
      case Action.Delay(int message, int delay) -> {
        Flight flight = flying(message);
        flight.dueAt = arrival(at, flight.made, delay);
        due.add(new Due(flight.dueAt, message));
      }
      case Action.Join(NodeId node) -> join(at, node);
      case Action.Remove(NodeId node) -> {
        int lane = present(node);
        nodes.get(lane).removedAt = at;
        happen(at, lane, Happening.Kind.REMOVE, 0, "");
      }
      case Action.Skew(NodeId node, int millis) -> {
        int lane = present(node);
        nodes.get(lane).skew = millis;
        skews.add(new Run.SkewChange(at, lane, millis));
      }
    }
  }

  private void send(int at, Action.Send send) throws ScriptException {
    int from = present(send.from());
    int to = present(send.to());
    if (from == to) {
      throw bad(send.from() + " cannot send to itself; a message goes to another node");
    }
    tick(at, from);
    int number = flights.size() + 1;
    int sent = happenings.size();
    Clocks carried = nodes.get(from).clocks.carried(rules);
    make(
        new Message(
            number,
            0,
            from,
            to,
            sent,
            sent + 1,
            at,
            at,
            at + send.delay(),
            Message.NEVER,
            false,
            carried));
    happen(at, from, Happening.Kind.SEND, number, "");
  }

  private void duplicate(int at, int message, int delay) throws ScriptException {
    Message first = known(message).made;
    if (known(message).isLost) {
      throw bad(first.id() + " is lost; only what is on its way or has arrived can be duplicated");
    }
    int arrival = arrival(at, first, delay);
    make(
        new Message(
            flights.size() + 1,
            message,
            first.from(),
            first.to(),
            first.sent(),
            happenings.size(),
            at,
            first.sentAt(),
            arrival,
            Message.NEVER,
            false,
            first.carried()));
  }

  private void make(Message message) {
    flights.add(new Flight(message));
    due.add(new Due(message.dueAt(), message.number()));
  }

  private int arrival(int at, Message message, int delay) throws ScriptException {
    int arrival = message.sentAt() + delay;
    if (arrival <= at) {
      throw bad(
          message.id()
              + " would arrive at "
              + arrival
              + ", and it is "
              + at
              + " already; the delay counts from the send: give at least "
              + (at - message.sentAt() + 1));
    }
    return arrival;
  }

  private void join(int at, NodeId id) throws ScriptException {
    Integer lane = lanes.get(id);
    if (lane != null) {
      boolean isGone = nodes.get(lane).removedAt != Lane.NEVER;
      throw bad(id + (isGone ? " has left; take a new number" : " is there already"));
    }
    if (nodes.size() == Limits.NODES_MAX) {
      throw bad("there are " + Limits.NODES_MAX + " nodes already, and no room for more");
    }
    add(id, at);
    happen(at, nodes.size() - 1, Happening.Kind.JOIN, 0, "");
  }

  private void add(NodeId id, int at) {
    lanes.put(id, nodes.size());
    nodes.add(new Node(id, at));
  }

  private void deliverUntil(int at) throws ScriptException {
    while (!due.isEmpty() && due.peek().at() <= at) {
      Due next = due.poll();
      Flight flight = flights.get(next.message() - 1);
      // A message that was dropped, or delayed since, is due no more at this moment.
      if (flight.ended == Message.NEVER && flight.dueAt == next.at()) {
        arrive(next.at(), flight);
      }
    }
  }

  private void arrive(int at, Flight flight) throws ScriptException {
    int lane = flight.made.to();
    Node node = nodes.get(lane);
    if (node.removedAt != Lane.NEVER) {
      lose(at, flight);
      return;
    }
    node.seq++;
    node.clocks = node.clocks.receive(flight.made.carried(), node.origin, wall(at, node), rules);
    flight.ended = happenings.size();
    happen(at, lane, Happening.Kind.RECEIVE, flight.made.number(), "");
  }

  private void lose(int at, Flight flight) throws ScriptException {
    flight.ended = happenings.size();
    flight.isLost = true;
    happen(at, flight.made.to(), Happening.Kind.LOST, flight.made.number(), "");
  }

  private void tick(int at, int lane) {
    Node node = nodes.get(lane);
    node.seq++;
    node.clocks = node.clocks.next(node.origin, wall(at, node));
  }

  private static WallTime wall(int at, Node node) {
    return new WallTime(at + node.skew);
  }

  private void happen(int at, int lane, Happening.Kind kind, int message, String label)
      throws ScriptException {
    if (happenings.size() == Limits.HAPPENINGS_MAX) {
      throw bad("more than " + Limits.HAPPENINGS_MAX + " events; shorten the script");
    }
    Node node = nodes.get(lane);
    happenings.add(
        new Happening(
            at,
            lane,
            kind,
            kind.isEvent() ? node.seq : 0,
            node.skew,
            node.clocks,
            message,
            kind.word(),
            label));
  }

  private int present(NodeId id) throws ScriptException {
    Integer lane = lanes.get(id);
    if (lane == null) {
      throw bad("no node " + id + "; add it with: node " + id);
    }
    if (nodes.get(lane).removedAt != Lane.NEVER) {
      throw bad(id + " left at " + nodes.get(lane).removedAt);
    }
    return lane;
  }

  private Flight known(int message) throws ScriptException {
    if (message > flights.size()) {
      throw bad(
          "no message m"
              + message
              + (flights.isEmpty() ? "; none was sent" : "; the last one is m" + flights.size()));
    }
    return flights.get(message - 1);
  }

  private Flight flying(int message) throws ScriptException {
    Flight flight = known(message);
    if (flight.ended != Message.NEVER) {
      int at = happenings.get(flight.ended).at();
      throw bad(flight.made.id() + (flight.isLost ? " was lost at " : " arrived at ") + at);
    }
    return flight;
  }

  private ScriptException bad(String reason) {
    return new ScriptException(line, reason);
  }
}
