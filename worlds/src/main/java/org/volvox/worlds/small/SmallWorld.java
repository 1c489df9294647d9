package org.volvox.worlds.small;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Role;
import org.volvox.consensus.raft.Rules;

/**
 * A cluster of three that does nothing by itself: what can happen next is a list of choices. A
 * message is delivered in any order or never, which is loss; a write is durable before the next
 * choice, or lost in a crash.
 *
 * <p>Its {@link #hash} is of what each node was fed, in that node's order, and of what is on its
 * way: the core is deterministic, so equal hashes are equal states, and orders that differ only
 * between nodes are one.
 */
final class SmallWorld {
  static final int NODES = 3;
  private static final int KIND_SHIFT = 16;

  /** A follower's timer comes with each heartbeat that it should hear. */
  private static final int WAKES_MAX = 50;

  /** What may happen; a choice is a kind and a number: of a node, or a place among the flights. */
  enum Kind {
    TIMEOUT,
    DELIVER,
    DUPLICATE,
    PROPOSE,
    READ,
    RESTART,
    /** The message comes, and the node loses power before what it writes is durable. */
    DELIVER_AND_CRASH,
    TIMEOUT_AND_CRASH
  }

  private static final Kind[] KINDS = Kind.values();

  /** A message on its way. */
  record Flight(int from, int to, Message message) {}

  private final Map<Object, Long> names;
  private final Bounds bounds;
  private final List<SmallNode> nodes = new ArrayList<>();
  private final SmallOracles oracles;
  private final List<Flight> flights = new ArrayList<>();
  private final long[] fed = new long[NODES];
  private int timeouts;
  private int proposals;
  private int reads;
  private int crashes;
  private int duplicates;
  private long requests;
  private boolean lostWrite;

  /** {@code names} gives equal things equal numbers over all worlds of an exploration. */
  SmallWorld(Rules rules, Bounds bounds, Map<Object, Long> names) {
    this.names = names;
    this.bounds = bounds;
    List<NodeId> voters = new ArrayList<>();
    for (int i = 1; i <= NODES; i++) {
      voters.add(new NodeId(i));
    }
    for (NodeId voter : voters) {
      nodes.add(new SmallNode(voter, voters, rules));
    }
    oracles = new SmallOracles(nodes);
  }

  static int code(Kind kind, int number) {
    int at = 0;
    while (KINDS[at] != kind) {
      at++;
    }
    return at << KIND_SHIFT | number;
  }

  List<Flight> flights() {
    return flights;
  }

  LogIndex committed() {
    return oracles.committed();
  }

  boolean leads(int node) {
    return nodes.get(node).raft().view().role() == Role.LEADER;
  }

  /** All that was on its way is lost; only a start may do so, as not delivering is the same. */
  void dropAll() {
    flights.clear();
  }

  /** A start has made its choices: what follows is counted against the bounds. */
  void begin() {
    timeouts = 0;
    proposals = 0;
    reads = 0;
    crashes = 0;
    duplicates = 0;
  }

  /** What may happen now, as codes. */
  List<Integer> choices() {
    List<Integer> choices = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      if (timeouts < bounds.timeouts()) {
        choices.add(code(Kind.TIMEOUT, node));
        if (crashes < bounds.crashes()) {
          choices.add(code(Kind.TIMEOUT_AND_CRASH, node));
        }
      }
      if (proposals < bounds.proposals() && leads(node)) {
        choices.add(code(Kind.PROPOSE, node));
      }
      if (reads < bounds.reads() && leads(node)) {
        choices.add(code(Kind.READ, node));
      }
      if (crashes < bounds.crashes()) {
        choices.add(code(Kind.RESTART, node));
      }
    }
    for (int at = 0; at < flights.size(); at++) {
      if (flights.indexOf(flights.get(at)) < at) {
        continue; // The same as the earlier one.
      }
      choices.add(code(Kind.DELIVER, at));
      if (duplicates < bounds.duplicates()) {
        choices.add(code(Kind.DUPLICATE, at));
      }
      if (crashes < bounds.crashes()) {
        choices.add(code(Kind.DELIVER_AND_CRASH, at));
      }
    }
    return choices;
  }

  /** Says in words what a choice means here. */
  String text(int choice) {
    int number = choice & (1 << KIND_SHIFT) - 1;
    Kind kind = KINDS[choice >>> KIND_SHIFT];
    return switch (kind) {
      case TIMEOUT -> "n" + (number + 1) + " times out";
      case TIMEOUT_AND_CRASH -> "n" + (number + 1) + " times out and crashes";
      case PROPOSE -> "n" + (number + 1) + " is given a command";
      case READ -> "n" + (number + 1) + " is asked to read";
      case RESTART -> "n" + (number + 1) + " restarts";
      case DELIVER -> text(flights.get(number)) + " comes";
      case DUPLICATE -> text(flights.get(number)) + " comes and will come again";
      case DELIVER_AND_CRASH ->
          text(flights.get(number)) + " comes and n" + to(number) + " crashes";
    };
  }

  private int to(int flight) {
    return flights.get(flight).to() + 1;
  }

  private static String text(Flight flight) {
    return "n" + (flight.from() + 1) + ">n" + (flight.to() + 1) + " " + flight.message();
  }

  /** Lets it happen; false if it was another choice in disguise, and need not be followed. */
  boolean choose(int choice) {
    int number = choice & (1 << KIND_SHIFT) - 1;
    Kind kind = KINDS[choice >>> KIND_SHIFT];
    lostWrite = false;
    switch (kind) {
      case TIMEOUT, TIMEOUT_AND_CRASH -> {
        timeouts++;
        note(number, choice);
        if (!wake(number, kind == Kind.TIMEOUT_AND_CRASH)) {
          return false;
        }
      }
      case PROPOSE -> {
        proposals++;
        note(number, choice);
        Input.Proposal proposal = new Input.Proposal(++requests, Bytes.utf8("x"));
        feed(number, new Input.Propose(List.of(proposal), nodes.get(number).now()), false);
      }
      case READ -> {
        reads++;
        note(number, choice);
        // What had been committed by then is part of what the read promises.
        note(number, (int) committed().value());
        oracles.onRead(++requests);
        feed(number, new Input.Read(requests, nodes.get(number).now()), false);
      }
      case RESTART -> {
        note(number, choice);
        restart(number);
      }
      case DELIVER -> deliver(flights.remove(number), false);
      case DUPLICATE -> {
        duplicates++;
        deliver(flights.get(number), false);
      }
      case DELIVER_AND_CRASH -> deliver(flights.remove(number), true);
    }
    // A crash that takes no write with it is the message, then a restart.
    boolean crashed = kind == Kind.TIMEOUT_AND_CRASH || kind == Kind.DELIVER_AND_CRASH;
    return !crashed || lostWrite;
  }

  /** Lets a node's timers come until it does something; false if it never would. */
  private boolean wake(int at, boolean crashes) {
    for (int i = 0; i < WAKES_MAX; i++) {
      Optional<Input> input = nodes.get(at).wake();
      if (input.isEmpty()) {
        return false;
      }
      if (feed(at, input.get(), crashes)) {
        return true;
      }
    }
    return false;
  }

  private void deliver(Flight flight, boolean crashes) {
    note(flight.to(), flight);
    if (crashes) {
      note(flight.to(), Kind.DELIVER_AND_CRASH);
    }
    SmallNode to = nodes.get(flight.to());
    NodeId from = nodes.get(flight.from()).id();
    feed(flight.to(), new Input.Received(from, flight.message(), to.now()), crashes);
  }

  private void restart(int node) {
    crashes++;
    nodes.get(node).restart();
  }

  /** Whether anything came of it. */
  private boolean feed(int at, Input input, boolean crashes) {
    SmallNode node = nodes.get(at);
    List<Effect> effects = new ArrayList<>();
    node.step(input, effects::add);
    List<Input> then = new ArrayList<>();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Persist persist -> {
          lostWrite = true;
          if (crashes) {
            node.lose(persist);
          } else {
            node.write(persist);
            persist.thenSend().forEach(send -> send(at, send));
            then.add(
                new Input.Persisted(
                    persist.write(), node.lastTerm(), node.lastIndex(), node.now()));
          }
        }
        case Effect.Send send -> send(at, send);
        case Effect.RoleChanged changed -> oracles.onRole(node, changed);
        case Effect.Commit(var index) -> {
          oracles.onCommit(node, index);
          then.add(new Input.Applied(index, node.now()));
        }
        case Effect.ReadReady ready -> oracles.onReadReady(node, ready);
        case Effect.Appended _, Effect.Refused _, Effect.ReadRefused _ -> {
          // Nobody waits for these.
        }
        case Effect.ReadEntries _,
            Effect.MembersChanged _,
            Effect.ChangeRefused _,
            Effect.Purge _,
            Effect.FetchSnapshot _,
            Effect.InstallSnapshot _,
            Effect.DropSnapshot _,
            Effect.Removed _ ->
            // So short a log is never let go of, and nobody asks for other members.
            throw new IllegalStateException("nothing in this world asks for " + effect);
      }
    }
    if (crashes && !effects.isEmpty()) {
      restart(at);
    } else {
      then.forEach(next -> feed(at, next, false));
    }
    return !effects.isEmpty();
  }

  private void send(int from, Effect.Send send) {
    flights.add(new Flight(from, send.to().value() - 1, send.message()));
  }

  private void note(int node, Object input) {
    fed[node] = mix(fed[node] + name(input));
  }

  private long name(Object thing) {
    return names.computeIfAbsent(thing, _ -> mix(names.size() + 1L));
  }

  /** Of the whole state. */
  long hash() {
    long hash = 0;
    for (int node = 0; node < NODES; node++) {
      hash = mix(hash + fed[node]);
    }
    long onTheirWay = 0;
    for (Flight flight : flights) {
      onTheirWay += mix(name(flight));
    }
    // Which message is the one that stays is told by what is on its way; how many may is not.
    return mix(hash + onTheirWay) ^ duplicates;
  }

  /** The finalizer of MurmurHash3: every bit of the value counts in every bit of the result. */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
