package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/** One machine of a {@link Group}: its core, its disk, its state and what its clients were told. */
final class Machine {
  final int id;
  Optional<Raft> raft = Optional.empty();
  HardState diskState = HardState.INITIAL;
  Recovered.Place diskBase = Recovered.Place.ZERO;
  final List<Entry> diskLog = new ArrayList<>();
  final List<Effect> answers = new ArrayList<>();
  final List<Effect.RoleChanged> roles = new ArrayList<>();
  final List<Effect.Persist> writes = new ArrayList<>();
  boolean paused;
  boolean removed;
  int snapshotsInstalled;
  int diskDelayMicros;
  private final Group group;
  private final List<Input> held = new ArrayList<>();
  private final TreeMap<Long, Entry> memory = new TreeMap<>();
  private State state = State.NOTHING;
  private State flushed = State.NOTHING;
  private Optional<State> staged = Optional.empty();
  private long commit;
  private boolean installing;
  private boolean fetching;
  private long diskFreeAtNanos;
  private int life;
  private long timerSeq;

  /** What a state machine has: all commands applied, and which membership was the last. */
  private record State(
      Recovered.Place place, List<String> texts, Optional<Recovered.MembersAt> members) {
    static final State NOTHING = new State(Recovered.Place.ZERO, List.of(), Optional.empty());

    long index() {
      return place.index().value();
    }

    State with(Entry entry) {
      List<String> next = new ArrayList<>(texts);
      if (entry.kind() == Entry.Kind.COMMAND) {
        next.add(entry.payload().utf8());
      }
      return new State(
          new Recovered.Place(entry.index(), entry.term()),
          next,
          entry.kind() == Entry.Kind.MEMBERS ? Optional.of(membersAt(entry)) : members);
    }

    private static Recovered.MembersAt membersAt(Entry entry) {
      try {
        return new Recovered.MembersAt(entry.index(), Membership.decode(entry.payload()));
      } catch (org.volvox.base.MalformedException e) {
        throw new AssertionError(e);
      }
    }
  }

  Machine(Group group, int id) {
    this.group = group;
    this.id = id;
  }

  RaftView view() {
    return raft.orElseThrow().view();
  }

  void start() {
    memory.clear();
    diskLog.forEach(entry -> memory.put(entry.index().value(), entry));
    Recovered recovered = recovered();
    state = flushed;
    commit = state.index();
    raft =
        Optional.of(
            new Raft(
                group.config(id),
                group.rules(),
                new Prng(group.prng().nextInt()),
                recovered,
                new MonoTime(group.nowNanos())));
    armTimer();
  }

  /** Loses everything that was not durable. */
  void crash() {
    raft = Optional.empty();
    life++;
    diskFreeAtNanos = 0;
    held.clear();
    paused = false;
    installing = false;
    fetching = false;
  }

  void restart() {
    crash();
    start();
  }

  void resume() {
    paused = false;
    List<Input> waiting = List.copyOf(held);
    held.clear();
    waiting.forEach(this::feed);
    feed(new Input.TimerFired(group.now()));
  }

  /** As {@link #resume}, but the timer is first at the core, and the network needs a moment. */
  void resumeTimerFirst() {
    paused = false;
    List<Input> waiting = List.copyOf(held);
    held.clear();
    feed(new Input.TimerFired(group.now()));
    int now = life;
    group.after(
        2000,
        () -> {
          if (now == life) {
            waiting.forEach(this::feed);
          }
        });
  }

  long propose(String text) {
    long proposal = group.nextRequest();
    feed(new Input.Propose(List.of(new Input.Proposal(proposal, Bytes.utf8(text))), group.now()));
    return proposal;
  }

  long read() {
    long read = group.nextRequest();
    feed(new Input.Read(read, group.now()));
    return read;
  }

  long change(MemberChange change) {
    long request = group.nextRequest();
    feed(new Input.ChangeMembers(request, change, group.now()));
    return request;
  }

  void transfer(Optional<NodeId> to) {
    feed(new Input.Transfer(to, group.now()));
  }

  void peerGone(int peer) {
    feed(new Input.PeerGone(new NodeId(peer), group.now()));
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

  Optional<Effect.ChangeRefused> changeRefused(long change) {
    return answers.stream()
        .filter(e -> e instanceof Effect.ChangeRefused r && r.id() == change)
        .map(Effect.ChangeRefused.class::cast)
        .findFirst();
  }

  List<String> appliedTexts() {
    return state.texts();
  }

  void feed(Input input) {
    if (raft.isEmpty()) {
      return;
    }
    if (paused) {
      held.add(input);
      return;
    }
    raft.get().step(at(input), this::begin);
    armTimer();
  }

  private Input at(Input input) {
    MonoTime now = group.now();
    return switch (input) {
      case Input.TimerFired _ -> new Input.TimerFired(now);
      case Input.Received(var from, var message, _) -> new Input.Received(from, message, now);
      case Input.Propose(var proposals, _) -> new Input.Propose(proposals, now);
      case Input.Read(var read, _) -> new Input.Read(read, now);
      case Input.Persisted(var write, var term, var index, _) ->
          new Input.Persisted(write, term, index, now);
      case Input.Applied(var index, _) -> new Input.Applied(index, now);
      case Input.EntriesRead(var request, var entries, _) ->
          new Input.EntriesRead(request, entries, now);
      case Input.PeerGone(var peer, _) -> new Input.PeerGone(peer, now);
      case Input.ChangeMembers(var request, var change, _) ->
          new Input.ChangeMembers(request, change, now);
      case Input.Compact(var upTo, var pressing, _) -> new Input.Compact(upTo, pressing, now);
      case Input.SnapshotFetched(var index, var term, var members, _) ->
          new Input.SnapshotFetched(index, term, members, now);
      case Input.SnapshotInstalled(var index, _) -> new Input.SnapshotInstalled(index, now);
      case Input.Transfer(var to, _) -> new Input.Transfer(to, now);
    };
  }

  /** Finishes what a crash interrupted, as a node does at its start. */
  private Recovered recovered() {
    if (diskBase.index().value() > flushed.index()) {
      flushed = staged.orElseThrow(() -> new AssertionError("state lost behind " + this));
    }
    if (flushed.index() > diskLast()) {
      diskLog.clear();
      diskBase = flushed.place();
      Term term = diskState.term();
      if (diskBase.term().isAfter(term)) {
        diskState = new HardState(diskBase.term(), Optional.empty());
      }
    }
    int held = diskLog.size() / 2;
    Recovered plain = Recoveries.of(diskState, diskBase, diskLog, held);
    return new Recovered(
        diskState,
        diskBase,
        plain.lastIndex(),
        flushed.place().index(),
        plain.termStarts(),
        plain.tail(),
        flushed.members(),
        diskLog.stream().filter(e -> e.kind() == Entry.Kind.MEMBERS).toList());
  }

  private long diskLast() {
    return diskBase.index().value() + diskLog.size();
  }

  private void armTimer() {
    long armed = ++timerSeq;
    int now = life;
    raft.flatMap(Raft::nextDeadline)
        .ifPresent(deadline ->
            group.at(
                Math.max(deadline.nanos(), group.nowNanos()),
                () -> {
                  if (armed == timerSeq && now == life) {
                    feed(new Input.TimerFired(group.now()));
                  }
                }));
  }

  private void begin(Effect effect) {
    switch (effect) {
      case Effect.Persist persist -> {
        writes.add(persist);
        persist.entries().forEach(this::remember);
        onDisk(() -> written(persist));
      }
      case Effect.Send(var to, var message) -> group.send(id, to.value(), message);
      case Effect.Commit(var index) -> {
        commit = index.value();
        apply();
      }
      case Effect.RoleChanged changed -> {
        roles.add(changed);
        if (changed.role() == Role.LEADER) {
          group.elected(id, changed.term());
        }
      }
      case Effect.ReadEntries(var request, var first, var last, var bytesMax) ->
          later(
              100,
              () ->
                  feed(
                      new Input.EntriesRead(
                          request, readDisk(first, last, bytesMax), group.now())));
      case Effect.Purge(var index, var term) ->
          onDisk(() -> {
            diskLog.removeIf(entry -> !entry.index().isAfter(index));
            diskBase = new Recovered.Place(index, term);
          });
      case Effect.FetchSnapshot(var atLeast) -> {
        if (!fetching) {
          fetching = true;
          fetch(atLeast);
        }
      }
      case Effect.InstallSnapshot install -> {
        installing = true;
        memory.clear();
        onDisk(() -> installed(install));
      }
      case Effect.Removed() -> removed = true;
      case Effect.DropSnapshot _, Effect.MembersChanged _ -> {}
      case Effect.Appended _,
          Effect.Refused _,
          Effect.ReadReady _,
          Effect.ReadRefused _,
          Effect.ChangeRefused _ ->
          answers.add(effect);
    }
  }

  private void later(int micros, Runnable action) {
    int now = life;
    group.after(
        micros,
        () -> {
          if (now == life) {
            action.run();
          }
        });
  }

  private void onDisk(Runnable action) {
    int now = life;
    diskFreeAtNanos =
        Math.max(diskFreeAtNanos, group.nowNanos())
            + (group.prng().between(1, group.diskMicrosMax) + diskDelayMicros) * 1000L;
    group.at(
        diskFreeAtNanos,
        () -> {
          if (now == life) {
            action.run();
          }
        });
  }

  private void remember(Entry entry) {
    memory.tailMap(entry.index().value(), true).clear();
    memory.put(entry.index().value(), entry);
  }

  private List<Entry> readDisk(LogIndex first, LogIndex last, int bytesMax) {
    List<Entry> entries = new ArrayList<>();
    int bytes = 0;
    for (long i = first.value(); i <= last.value() && i > diskBase.index().value(); i++) {
      Entry entry = diskLog.get((int) (i - diskBase.index().value() - 1));
      bytes += entry.weightBytes();
      if (!entries.isEmpty() && bytes > bytesMax) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  private void written(Effect.Persist persist) {
    persist.state().ifPresent(next -> diskState = next);
    for (Entry entry : persist.entries()) {
      while (diskLast() >= entry.index().value()) {
        diskLog.removeLast();
      }
      diskLog.add(entry);
    }
    persist.thenSend().forEach(send -> group.send(id, send.to().value(), send.message()));
    persisted(persist.write());
  }

  private void persisted(long write) {
    feed(
        new Input.Persisted(
            write,
            diskLog.isEmpty() ? diskBase.term() : diskLog.getLast().term(),
            new LogIndex(diskLast()),
            group.now()));
  }

  /** Takes a copy of the state of any machine that has enough, a follower's as well. */
  private void fetch(LogIndex atLeast) {
    later(
        group.prng().between(1000, 100_000),
        () -> {
          List<Machine> others =
              group.running().stream()
                  .filter(m -> m.id != id && m.state.index() >= atLeast.value())
                  .toList();
          if (others.isEmpty()) {
            fetch(atLeast);
            return;
          }
          fetching = false;
          State got = others.get(group.prng().below(others.size())).state;
          staged = Optional.of(got);
          feed(
              new Input.SnapshotFetched(
                  got.place().index(), got.place().term(), membersOf(got), group.now()));
        });
  }

  private Recovered.MembersAt membersOf(State got) {
    return got.members()
        .orElseGet(() -> new Recovered.MembersAt(LogIndex.ZERO, group.config(1).initial()));
  }

  /** The log begins behind the snapshot; only then the state becomes it. */
  private void installed(Effect.InstallSnapshot install) {
    diskLog.clear();
    diskBase = new Recovered.Place(install.index(), install.term());
    persisted(install.write());
    later(
        100,
        () -> {
          state = staged.orElseThrow();
          flushed = state;
          installing = false;
          snapshotsInstalled++;
          feed(new Input.SnapshotInstalled(install.index(), group.now()));
          apply();
        });
  }

  private void apply() {
    if (installing) {
      return;
    }
    while (state.index() < commit) {
      Entry entry = memory.get(state.index() + 1);
      if (entry == null) {
        throw new AssertionError("no entry " + (state.index() + 1) + " to apply" + group);
      }
      group.applied(entry);
      state = state.with(entry);
    }
    LogIndex index = state.place().index();
    Consumer<LogIndex> tell = applied -> feed(new Input.Applied(applied, group.now()));
    later(10, () -> tell.accept(index));
    if (group.compactEvery > 0 && group.prng().below(4) == 0) {
      flushed = state;
      if (index.value() - diskBase.index().value() >= group.compactEvery) {
        boolean pressing = group.prng().below(3) == 0;
        later(20, () -> feed(new Input.Compact(index, pressing, group.now())));
      }
    }
  }

  @Override
  public String toString() {
    return "n" + id + (raft.isEmpty() ? " down" : " " + view());
  }
}
