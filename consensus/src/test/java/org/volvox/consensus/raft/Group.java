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
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/**
 * A whole group of cores on a virtual network and virtual disks in one thread, for tests of this
 * package; checks election safety, log matching and state machine safety as it goes.
 */
final class Group {
  private record Event(long atNanos, long seq, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::seq));
  private final List<Member> members = new ArrayList<>();
  private final TreeSet<String> cuts = new TreeSet<>();
  private final TreeMap<Long, Entry> committed = new TreeMap<>();
  private final TreeMap<Term, NodeId> leaders = new TreeMap<>();
  private final Prng prng;
  private final Rules rules;
  private long nowNanos = 1_000_000_000L;
  private long seq;
  private long lastProposal;
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
      members.add(new Member(id));
    }
  }

  Group(int size, int seed) {
    this(size, seed, Rules.PAPER);
  }

  Group start() {
    members.forEach(Member::start);
    return this;
  }

  Member member(int id) {
    return members.get(id - 1);
  }

  List<Member> running() {
    return members.stream().filter(m -> m.raft.isPresent()).toList();
  }

  int size() {
    return members.size();
  }

  MonoTime now() {
    return new MonoTime(nowNanos);
  }

  /** The running leader of the highest term. */
  Optional<Member> leader() {
    return running().stream()
        .filter(m -> m.view().role() == Role.LEADER)
        .max(Comparator.comparing(m -> m.view().hardState().term()));
  }

  Member awaitLeader() {
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
          List<RaftView> views = running().stream().map(Member::view).toList();
          LogIndex last = views.getFirst().lastIndex();
          return leader().isPresent()
              && views.stream()
                  .allMatch(v -> v.lastIndex().equals(last) && v.applied().equals(last));
        },
        Duration.ofSeconds(30));
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

  private void after(int micros, Runnable action) {
    events.add(new Event(nowNanos + micros * 1000L, seq++, action));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    members.forEach(m -> text.append("\n  ").append(m));
    return text.toString();
  }

  /** One member: its core, its disk and what its clients were told. */
  final class Member {
    final int id;
    Optional<Raft> raft = Optional.empty();
    HardState diskState = HardState.INITIAL;
    final List<Entry> diskLog = new ArrayList<>();
    final List<Effect> answers = new ArrayList<>();
    final List<Effect.RoleChanged> roles = new ArrayList<>();
    final List<Effect.Persist> writes = new ArrayList<>();
    boolean paused;
    private final List<Input> held = new ArrayList<>();
    private long diskFreeAtNanos;
    private long applied;
    private int life;
    private long timerSeq;

    Member(int id) {
      this.id = id;
    }

    RaftView view() {
      return raft.orElseThrow().view();
    }

    void start() {
      raft =
          Optional.of(
              new Raft(
                  config(), rules, new Prng(prng.nextInt()), recovered(), new MonoTime(nowNanos)));
      armTimer();
    }

    /** Loses everything that was not durable. */
    void crash() {
      raft = Optional.empty();
      life++;
      applied = 0;
      held.clear();
      paused = false;
    }

    void restart() {
      crash();
      start();
    }

    void resume() {
      paused = false;
      List<Input> waiting = List.copyOf(held);
      held.clear();
      for (Input input : waiting) {
        feed(at(input));
      }
      feed(new Input.TimerFired(now()));
    }

    /** As {@link #resume}, but the timer is first at the core, and the network needs a moment. */
    void resumeTimerFirst() {
      paused = false;
      List<Input> waiting = List.copyOf(held);
      held.clear();
      feed(new Input.TimerFired(now()));
      int now = life;
      after(
          prng.between(1, 5000),
          () -> {
            if (now == life) {
              waiting.forEach(input -> feed(at(input)));
            }
          });
    }

    long propose(String text) {
      long proposal = ++lastProposal;
      feed(new Input.Propose(List.of(new Input.Proposal(proposal, Bytes.utf8(text))), now()));
      return proposal;
    }

    long read() {
      long read = ++lastProposal;
      feed(new Input.Read(read, now()));
      return read;
    }

    void peerGone(int peer) {
      feed(new Input.PeerGone(new NodeId(peer), now()));
    }

    boolean isReadReady(long read) {
      return answers.stream().anyMatch(e -> e instanceof Effect.ReadReady r && r.read() == read);
    }

    Optional<Effect.ReadRefused> readRefused(long read) {
      return answers.stream()
          .filter(e -> e instanceof Effect.ReadRefused r && r.read() == read)
          .map(Effect.ReadRefused.class::cast)
          .findFirst();
    }

    List<String> appliedTexts() {
      return diskLog.stream()
          .limit(applied)
          .filter(e -> e.kind() == Entry.Kind.COMMAND)
          .map(e -> e.payload().utf8())
          .toList();
    }

    void feed(Input input) {
      if (raft.isEmpty()) {
        return;
      }
      if (paused) {
        held.add(input);
        return;
      }
      raft.get().step(input, this::start);
      armTimer();
    }

    private Input at(Input input) {
      return switch (input) {
        case Input.TimerFired _ -> new Input.TimerFired(now());
        case Input.Received(var from, var message, _) -> new Input.Received(from, message, now());
        case Input.Propose(var proposals, _) -> new Input.Propose(proposals, now());
        case Input.Read(var read, _) -> new Input.Read(read, now());
        case Input.Persisted(var write, var term, var index, _) ->
            new Input.Persisted(write, term, index, now());
        case Input.Applied(var index, _) -> new Input.Applied(index, now());
        case Input.EntriesRead(var request, var entries, _) ->
            new Input.EntriesRead(request, entries, now());
        case Input.PeerGone(var peer, _) -> new Input.PeerGone(peer, now());
      };
    }

    private RaftConfig config() {
      List<NodeId> voters = members.stream().map(m -> new NodeId(m.id)).toList();
      RaftConfig base = RaftConfig.of(new NodeId(id), voters);
      return new RaftConfig(
          base.self(),
          voters,
          base.heartbeat(),
          base.electionTimeoutMin(),
          base.electionTimeoutMax(),
          base.peerGoneDelayMax(),
          appendBytesMax,
          windowMax,
          tailBytesMax,
          base.uncommittedBytesMax(),
          base.pendingReadsMax());
    }

    private Recovered recovered() {
      return Recoveries.of(diskState, diskLog, diskLog.size() / 2);
    }

    private void armTimer() {
      long armed = ++timerSeq;
      int now = life;
      raft.flatMap(Raft::nextDeadline)
          .ifPresent(deadline ->
              events.add(
                  new Event(
                      Math.max(deadline.nanos(), nowNanos),
                      seq++,
                      () -> {
                        if (armed == timerSeq && now == life) {
                          feed(new Input.TimerFired(now()));
                        }
                      })));
    }

    private void start(Effect effect) {
      int now = life;
      switch (effect) {
        case Effect.Persist persist -> {
          writes.add(persist);
          diskFreeAtNanos =
              Math.max(diskFreeAtNanos, nowNanos) + prng.between(1, diskMicrosMax) * 1000L;
          events.add(
              new Event(
                  diskFreeAtNanos,
                  seq++,
                  () -> {
                    if (now == life) {
                      written(persist);
                    }
                  }));
        }
        case Effect.Send(var to, var message) -> send(to.value(), message);
        case Effect.Commit(var index) -> apply(index);
        case Effect.RoleChanged changed -> {
          roles.add(changed);
          if (changed.role() == Role.LEADER) {
            NodeId other = leaders.putIfAbsent(changed.term(), new NodeId(id));
            if (other != null && other.value() != id) {
              throw new AssertionError("two leaders of term " + changed.term() + this);
            }
          }
        }
        case Effect.ReadEntries(var request, var first, var last, var bytesMax) ->
            after(
                100,
                () -> {
                  if (now == life) {
                    feed(new Input.EntriesRead(request, readDisk(first, last, bytesMax), now()));
                  }
                });
        case Effect.Appended _, Effect.Refused _, Effect.ReadReady _, Effect.ReadRefused _ ->
            answers.add(effect);
      }
    }

    private List<Entry> readDisk(LogIndex first, LogIndex last, int bytesMax) {
      List<Entry> entries = new ArrayList<>();
      int bytes = 0;
      for (long i = first.value(); i <= last.value(); i++) {
        Entry entry = diskLog.get((int) i - 1);
        bytes += entry.weightBytes();
        if (!entries.isEmpty() && bytes > bytesMax) {
          break;
        }
        entries.add(entry);
      }
      return entries;
    }

    private void written(Effect.Persist persist) {
      persist.state().ifPresent(state -> diskState = state);
      for (Entry entry : persist.entries()) {
        while (diskLog.size() >= entry.index().value()) {
          diskLog.removeLast();
        }
        diskLog.add(entry);
      }
      persist.thenSend().forEach(send -> send(send.to().value(), send.message()));
      feed(
          new Input.Persisted(
              persist.write(),
              diskLog.isEmpty() ? Term.ZERO : diskLog.getLast().term(),
              new LogIndex(diskLog.size()),
              now()));
    }

    private void send(int to, Message message) {
      int copies = prng.below(100) < duplicatePercent ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        if (prng.below(100) < lossPercent) {
          continue;
        }
        after(
            prng.between(delayMicrosMin, delayMicrosMax),
            () -> {
              if (!cuts.contains(id + ">" + to)) {
                member(to).feed(new Input.Received(new NodeId(id), message, now()));
              }
            });
      }
    }

    private void apply(LogIndex index) {
      for (long i = applied + 1; i <= index.value(); i++) {
        // The durable log is what a committed entry is applied from.
        Entry entry = diskLog.get((int) i - 1);
        Entry other = committed.putIfAbsent(i, entry);
        if (other != null && !other.equals(entry)) {
          throw new AssertionError("two entries committed at " + i + ": " + other + ", " + entry);
        }
        applied = i;
      }
      after(10, () -> feed(new Input.Applied(index, now())));
    }

    @Override
    public String toString() {
      return "n" + id + (raft.isEmpty() ? " down" : " " + view());
    }
  }
}
