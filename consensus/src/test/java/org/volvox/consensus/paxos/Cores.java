package org.volvox.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/**
 * A few cores whose messages a test delivers, holds or loses, over disks that write at once or when
 * told. Node 1 is the first.
 */
final class Cores {
  private static final int STEPS_MAX = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** All requests of a test come from this client, unless it says otherwise. */
  private static final long CLIENT = 7;

  private final PaxosRules rules;
  private final Map<Integer, Paxos> cores = new TreeMap<>();
  private final Map<Integer, Disk> disks = new TreeMap<>();
  private final Map<Integer, Integer> incarnations = new TreeMap<>();
  private final ArrayDeque<Flight> flights = new ArrayDeque<>();
  private final List<Flight> held = new ArrayList<>();
  private final List<Flight> sent = new ArrayList<>();
  private final Map<Long, PaxosEffect.Answer> answers = new LinkedHashMap<>();
  private final List<Long> rescanned = new ArrayList<>();
  private Predicate<Flight> holds = _ -> false;
  private Predicate<Flight> loses = _ -> false;
  private MonoTime now = new MonoTime(1_000_000_000);
  private long lastId;

  /** A message on its way. */
  record Flight(int from, int to, Acceptors acceptors, PaxosMessage message) {
    boolean is(Class<? extends PaxosMessage> kind) {
      return kind.isInstance(message);
    }

    boolean touches(int node) {
      return from == node || to == node;
    }
  }

  /** What a node has written; a write that is held back is on no disk yet. */
  static final class Disk implements Durable {
    private final TreeMap<Bytes, AcceptorState> states = new TreeMap<>();
    private final ArrayDeque<PaxosEffect.Persist> waiting = new ArrayDeque<>();
    private Standing standing = Standing.NEW;
    private boolean isSlow;

    @Override
    public Optional<AcceptorState> state(Bytes key) {
      return Optional.ofNullable(states.get(key));
    }

    @Override
    public Standing standing() {
      return standing;
    }

    @Override
    public List<Bytes> keys(Optional<Bytes> after, int limit) {
      var behind = after.isEmpty() ? states : states.tailMap(after.get(), false);
      return behind.keySet().stream().limit(limit).toList();
    }

    /** How many keys there are. */
    int states() {
      return states.size();
    }

    private void store(PaxosEffect.Update update) {
      switch (update) {
        case PaxosEffect.Update.Put(var key, var state) -> states.put(key, state);
        case PaxosEffect.Update.Stand(var next) -> standing = next;
        case PaxosEffect.Update.Erase(var key, var next) -> {
          states.remove(key);
          standing = next;
        }
        case PaxosEffect.Update.Clear(var next) -> {
          states.clear();
          standing = next;
        }
      }
    }
  }

  /** That many nodes, all of them acceptors, which know it. */
  Cores(int nodes, PaxosRules rules) {
    this(nodes, nodes, rules);
  }

  /** The first of the nodes are the acceptors. */
  Cores(int nodes, int acceptors, PaxosRules rules) {
    this.rules = rules;
    for (int node = 1; node <= nodes; node++) {
      disks.put(node, new Disk());
      start(node);
    }
    decide(Acceptors.first(ids(IntStream.rangeClosed(1, acceptors).toArray())));
    run();
    sent.clear();
  }

  static List<NodeId> ids(int... nodes) {
    return IntStream.of(nodes).mapToObj(NodeId::new).toList();
  }

  static Optional<Bytes> some(String value) {
    return Optional.of(Bytes.utf8(value));
  }

  static Change set(String value) {
    return new Change.Set(some(value));
  }

  static Change delete() {
    return new Change.Set(Optional.empty());
  }

  /** The node begins with what is on its disk, and with nothing else. */
  void start(int node) {
    int incarnation = incarnations.merge(node, 1, Integer::sum);
    disk(node).waiting.clear();
    PaxosConfig config = PaxosConfig.of(new NodeId(node), incarnation);
    cores.put(node, new Paxos(config, rules, new Prng(100 * node + incarnation), disk(node)));
  }

  Disk disk(int node) {
    return Objects.requireNonNull(disks.get(node));
  }

  Paxos core(int node) {
    return Objects.requireNonNull(cores.get(node));
  }

  MonoTime now() {
    return now;
  }

  void feed(int node, PaxosInput input) {
    core(node).step(input, effect -> carryOut(node, effect));
  }

  private void carryOut(int node, PaxosEffect effect) {
    switch (effect) {
      case PaxosEffect.Send send -> send(node, send);
      case PaxosEffect.Persist write -> disk(node).waiting.add(write);
      case PaxosEffect.Answer answer ->
          assertThat(answers.put(answer.id(), answer)).as("answered once").isNull();
      case PaxosEffect.Rescanned(var epoch) -> rescanned.add(epoch);
    }
  }

  private void send(int from, PaxosEffect.Send send) {
    Flight flight = new Flight(from, send.to().value(), send.acceptors(), send.message());
    sent.add(flight);
    if (!loses.test(flight)) {
      (holds.test(flight) ? held : flights).add(flight);
    }
  }

  /** Writes and messages until nothing is left but what is held. */
  void run() {
    int steps = 0;
    while (step()) {
      assertThat(steps++).as("steps").isLessThan(STEPS_MAX);
    }
  }

  private boolean step() {
    for (int node : disks.keySet()) {
      if (!disk(node).isSlow && !disk(node).waiting.isEmpty()) {
        write(node);
        return true;
      }
    }
    Flight next = flights.poll();
    if (next != null) {
      deliver(next);
    }
    return next != null;
  }

  void deliver(Flight flight) {
    NodeId from = new NodeId(flight.from());
    feed(flight.to(), new PaxosInput.Received(from, flight.acceptors(), flight.message(), now));
  }

  private void write(int node) {
    PaxosEffect.Persist write = disk(node).waiting.remove();
    disk(node).store(write.update());
    write.thenSend().forEach(send -> send(node, send));
    feed(node, new PaxosInput.Persisted(write.write(), now));
  }

  /** From here on the node's writes stay on their way. */
  void slow(int node, boolean isSlow) {
    disk(node).isSlow = isSlow;
  }

  /** Time passes, timers fire. */
  void pass(Duration time) {
    MonoTime end = now.plus(time);
    run();
    for (Optional<MonoTime> due = next(end); due.isPresent(); due = next(end)) {
      now = due.get().isBefore(now) ? now : due.get();
      for (int node : cores.keySet()) {
        Optional<MonoTime> at = core(node).nextDeadline();
        if (at.isPresent() && !now.isBefore(at.get())) {
          feed(node, new PaxosInput.TimerFired(now));
        }
      }
      run();
    }
    now = end;
  }

  private Optional<MonoTime> next(MonoTime end) {
    return cores.values().stream()
        .flatMap(core -> core.nextDeadline().stream())
        .filter(at -> !end.isBefore(at))
        .min(MonoTime::compareTo);
  }

  void hold(Predicate<Flight> which) {
    holds = which;
  }

  void lose(Predicate<Flight> which) {
    loses = which;
  }

  /** Nobody hears those nodes, and they hear nobody else. */
  void cut(Integer... nodes) {
    List<Integer> far = List.of(nodes);
    lose(flight -> far.contains(flight.from()) != far.contains(flight.to()));
  }

  /** Nothing is lost or held any more, but for what was. */
  void heal() {
    holds = _ -> false;
    loses = _ -> false;
  }

  /** What was held comes now. */
  void release() {
    List<Flight> late = List.copyOf(held);
    held.clear();
    late.forEach(this::deliver);
    run();
  }

  List<Flight> sent() {
    return sent;
  }

  Stream<PaxosMessage> sent(Class<? extends PaxosMessage> kind) {
    return sent.stream().map(Flight::message).filter(kind::isInstance);
  }

  List<Long> rescanned() {
    return rescanned;
  }

  void decide(Acceptors acceptors) {
    cores.keySet().forEach(node -> feed(node, new PaxosInput.Decided(acceptors, now)));
  }

  /** A new request of a client whose requests grow in time. */
  Query query(String key, Change change) {
    return new Query(Bytes.utf8(key), change, new RequestId(CLIENT, now.nanos() + ++lastId), false);
  }

  static Query again(Query query) {
    return new Query(query.key(), query.change(), query.request(), true);
  }

  long ask(int node, Query query) {
    long id = ++lastId;
    feed(node, new PaxosInput.Ask(id, query, now.plus(PATIENCE), now));
    return id;
  }

  long ask(int node, String key, Change change) {
    return ask(node, query(key, change));
  }

  PaxosEffect.@Nullable Answer answer(long id) {
    return answers.get(id);
  }

  /** Asks and waits; at the latest until its time is over. */
  PaxosEffect.Answer get(int node, Query query) {
    long id = ask(node, query);
    run();
    if (answer(id) == null) {
      pass(PATIENCE);
    }
    return Objects.requireNonNull(answer(id));
  }

  PaxosEffect.Answer get(int node, String key, Change change) {
    return get(node, query(key, change));
  }

  /** What a read through that node is answered. */
  Optional<Bytes> read(int node, String key) {
    PaxosEffect.Answer answer = get(node, key, new Change.Get());
    assertThat(answer.verdict()).isEqualTo(PaxosEffect.Verdict.DONE);
    return answer.register().value();
  }
}
