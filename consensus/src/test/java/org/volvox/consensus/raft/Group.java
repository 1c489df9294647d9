package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.base.Term;

/**
 * A whole group of cores on a virtual network and virtual disks in one thread, for tests of this
 * package; checks election safety, log matching and state machine safety as it goes.
 */
final class Group {
  private record Event(long atNanos, long seq, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::seq));
  private final List<Machine> members = new ArrayList<>();
  private final TreeSet<String> cuts = new TreeSet<>();
  private final TreeMap<Long, Entry> committed = new TreeMap<>();
  private final TreeMap<Term, NodeId> leaders = new TreeMap<>();
  private final Prng prng;
  private final Rules rules;
  private long nowNanos = 1_000_000_000L;
  private long seq;
  private long lastProposal;
  private int first;
  Optional<Ratio> leaseDrift = Optional.empty();

  /** Applied entries after which the log is shortened; 0 for never. */
  int compactEvery;

  int lossPercent;
  int duplicatePercent;
  int delayMicrosMin = 500;
  int delayMicrosMax = 1000;
  int diskMicrosMax = 1000;
  int tailBytesMax = 16 << 20;
  int windowMax = 64;
  int appendBytesMax = 256 << 10;

  Group(int size, int seed, Rules rules) {
    this.prng = new Prng(seed);
    this.rules = rules;
    for (int id = 1; id <= size; id++) {
      members.add(new Machine(this, id));
      first = size;
    }
  }

  Group(int size, int seed) {
    this(size, seed, Rules.PAPER);
  }

  Group start() {
    members.forEach(Machine::start);
    return this;
  }

  Machine member(int id) {
    return members.get(id - 1);
  }

  List<Machine> running() {
    return members.stream().filter(m -> m.raft.isPresent()).toList();
  }

  int size() {
    return members.size();
  }

  MonoTime now() {
    return new MonoTime(nowNanos);
  }

  /** The running leader of the highest term. */
  Optional<Machine> leader() {
    return running().stream()
        .filter(m -> m.view().role() == Role.LEADER)
        .max(Comparator.comparing(m -> m.view().hardState().term()));
  }

  Machine awaitLeader() {
    await(() -> leader().isPresent(), Duration.ofSeconds(20));
    return leader().orElseThrow();
  }

  void run(Duration span) {
    long end = nowNanos + span.toNanos();
    while (!events.isEmpty() && events.peek().atNanos() <= end) {
      next();
    }
    nowNanos = end;
  }

  void await(BooleanSupplier condition, Duration max) {
    long end = nowNanos + max.toNanos();
    while (!condition.getAsBoolean()) {
      if (events.isEmpty() || events.peek().atNanos() > end) {
        throw new AssertionError("not within " + max + ": " + this);
      }
      next();
    }
  }

  /** Runs until every running member has committed and applied the same last entry. */
  void settle() {
    await(
        () -> {
          List<RaftView> views =
              running().stream().filter(m -> !m.removed).map(Machine::view).toList();
          LogIndex last = views.getFirst().lastIndex();
          return leader().isPresent()
              && views.stream()
                  .allMatch(v -> v.lastIndex().equals(last) && v.applied().equals(last));
        },
        Duration.ofSeconds(30));
  }

  /** As {@link #settle}, for those who belong to the group by the leader's word. */
  void settleMembers() {
    await(
        () -> {
          Optional<RaftView> leads = leader().map(Machine::view);
          return leads.isPresent()
              && leads.get().commit().equals(leads.get().lastIndex())
              && running().stream()
                  .filter(m -> leads.get().members().member(new NodeId(m.id)).isPresent())
                  .allMatch(m -> m.view().applied().equals(leads.get().lastIndex()));
        },
        Duration.ofSeconds(60));
  }

  void cutOneWay(int from, int to) {
    cuts.add(from + ">" + to);
  }

  void cut(int left, int right) {
    cutOneWay(left, right);
    cutOneWay(right, left);
  }

  void isolate(int id) {
    members.stream().filter(m -> m.id != id).forEach(m -> cut(id, m.id));
  }

  void heal() {
    cuts.clear();
  }

  private void next() {
    Event event = events.poll();
    nowNanos = Math.max(nowNanos, event.atNanos());
    event.action().run();
  }

  void after(int micros, Runnable action) {
    at(nowNanos + micros * 1000L, action);
  }

  void at(long atNanos, Runnable action) {
    events.add(new Event(atNanos, seq++, action));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    members.forEach(m -> text.append("\n  ").append(m));
    return text.toString();
  }

  /** The configuration of a machine: the first ones know each other, later ones know nobody. */
  RaftConfig config(int id) {
    Membership initial =
        id <= first
            ? Membership.of(members.stream().limit(first).map(m -> new NodeId(m.id)).toList())
            : Membership.EMPTY;
    RaftConfig base = RaftConfig.of(new NodeId(id), initial);
    RaftConfig config =
        new RaftConfig(
            base.self(),
            base.initial(),
            base.heartbeat(),
            base.electionTimeoutMin(),
            base.electionTimeoutMax(),
            base.peerGoneDelayMax(),
            appendBytesMax,
            windowMax,
            tailBytesMax,
            base.uncommittedBytesMax(),
            base.pendingReadsMax(),
            base.inFlightBytesMax(),
            base.leaseDrift());
    return leaseDrift.map(config::withLeases).orElse(config);
  }

  /** A machine that is to join: it knows nobody and waits for a leader. */
  Machine join() {
    Machine machine = new Machine(this, members.size() + 1);
    members.add(machine);
    machine.start();
    return machine;
  }

  void elected(int id, Term term) {
    NodeId other = leaders.putIfAbsent(term, new NodeId(id));
    if (other != null && other.value() != id) {
      throw new AssertionError("two leaders of term " + term + this);
    }
  }

  void applied(Entry entry) {
    Entry other = committed.putIfAbsent(entry.index().value(), entry);
    if (other != null && !other.equals(entry)) {
      throw new AssertionError(
          "two entries committed at " + entry.index() + ": " + other + ", " + entry);
    }
  }

  void send(int from, int to, Message message) {
    int copies = prng.below(100) < duplicatePercent ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (prng.below(100) < lossPercent || to > members.size()) {
        continue;
      }
      after(
          prng.between(delayMicrosMin, delayMicrosMax),
          () -> {
            if (!cuts.contains(from + ">" + to)) {
              member(to).feed(new Input.Received(new NodeId(from), message, now()));
            }
          });
    }
  }

  Prng prng() {
    return prng;
  }

  Rules rules() {
    return rules;
  }

  long nowNanos() {
    return nowNanos;
  }

  long nextRequest() {
    return ++lastProposal;
  }
}
