package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.Raft;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Role;

/**
 * A machine between start and crash: the real core, and around it what a node's threads do (one
 * writes the log and syncs for all that waits, one applies), here as events. Memory only: a crash
 * drops the object.
 */
final class Life implements SnapshotTraffic.Machine {
  private static final int NO_TIMER = Integer.MAX_VALUE;

  private final SimNode node;
  private final Host host;
  private final int number;
  private final NodeLog log;
  private final Mirror memory;
  private final LogWriter writer;
  private final SnapshotTraffic snapshots;
  private SimMachine machine;
  private final Map<Long, Waiter> proposals = new TreeMap<>();
  private final TreeMap<LogIndex, Placed> placed = new TreeMap<>();
  private final Map<Long, Waiter> reads = new TreeMap<>();
  private final TreeMap<LogIndex, List<Waiter>> readsReady = new TreeMap<>();
  private final List<Input.Proposal> gathered = new ArrayList<>();
  private final Raft raft;
  private LogIndex committed;
  private LogIndex applied;
  private LamportTime clock;
  private long requests;
  private int timerAt = NO_TIMER;
  private Term appliedTerm;
  private Optional<Recovered.MembersAt> appliedMembers;
  private boolean applying;

  /** Between the log's beginning behind a snapshot and the store's being it. */
  private boolean installing;

  private Role role = Role.FOLLOWER;
  private Optional<NodeId> leader = Optional.empty();

  /** A client's request that a core's answer will name by number. */
  private record Waiter(int client, Packet.Ticket ticket, int key) {}

  private record Placed(Term term, Waiter waiter) {}

  private Life(SimNode node, int number, NodeLog log) {
    this.node = node;
    this.number = number;
    this.log = log;
    host = node.host();
    clock = node.clockReserved();
    machine = new SimMachine(node.mutation().world(), node.stored().store().afterCrash());
    committed = node.stored().at().index();
    applied = node.stored().at().index();
    appliedTerm = node.stored().at().term();
    appliedMembers = node.stored().at().members();
    memory = new Mirror(node.config().initial());
    writer = new LogWriter(node, number, log);
    snapshots = new SnapshotTraffic(node, number, this);
    raft =
        new Raft(
            node.config(),
            node.mutation().core(),
            node.prng().fork(),
            log.recovered(),
            node.clock().at(host.nowMicros()));
  }

  /** Recovers the log and starts the core. */
  static Life begin(SimNode node, int number) throws DiskException {
    int tailBytes = node.prng().below(2) == 0 ? 0 : node.prng().below(4096);
    WalConfig usual = node.walConfig();
    WalConfig config = new WalConfig(usual.logId(), usual.segmentBytes(), tailBytes);
    NodeLog log = NodeLog.open(node, config);
    Mirror found = log.contents(node.options().limits().readBytesMax(), node.config().initial());
    node.foundWhole(found);
    node.durable().become(found);
    node.pending().clear();
    Life life = new Life(node, number, log);
    life.memory.become(found);
    node.host().oracles().onStarted(node, life.view());
    life.arm();
    return life;
  }

  RaftView view() {
    return raft.view();
  }

  Mirror memory() {
    return memory;
  }

  @Override
  public SimMachine machine() {
    return machine;
  }

  LogIndex applied() {
    return applied;
  }

  void onEvent(Event event) throws DiskException {
    show(clock.next());
    switch (event) {
      case Event.Deliver deliver -> onDeliver(deliver);
      case Event.Timer _ -> onTimer();
      case Event.Synced _ -> onSynced();
      case Event.Apply _ -> onApply();
      case Event.LogRead(_, _, var wanted) -> onRead(wanted);
      case Event.Gone(_, _, var peer) -> feed(new Input.PeerGone(peer, now()));
      case Event.ProposeQueued _ -> propose();
      case Event.FetchTick tick -> snapshots.onTick(tick);
      case Event.Staged(_, _, var state) -> onStaged(event, state);
      case Event.Swap _ -> onSwap();
      case Event.ClientTick _, Event.Faulty _, Event.Operate _, Event.RepairTimer _ ->
          throw new IllegalArgumentException("not a machine's event: " + event);
    }
    writer.pump();
  }

  private void show(LamportTime next) {
    node.reserveClock(next);
    clock = next;
  }

  private void onDeliver(Event.Deliver deliver) throws DiskException {
    if (node.mutation().world().mergesClocks()) {
      show(clock.receive(deliver.stamp().clock()));
    }
    host.received(node.endpoint(), clock, deliver.stamp());
    switch (deliver.packet()) {
      case Packet.Peer(var message) ->
          feed(new Input.Received(new NodeId(deliver.from() + 1), message, now()));
      case Packet.Write(var ticket, var command) -> {
        long id = ++requests;
        proposals.put(id, new Waiter(deliver.from(), ticket, 0));
        Stamp stamp = new Stamp(new WallTime(now().nanos() / 1_000_000), clock);
        gathered.add(new Input.Proposal(id, SimMachine.payload(stamp, command)));
        int batchMicros = node.options().batchMicros();
        if (batchMicros == 0) {
          propose();
        } else if (gathered.size() == 1) {
          host.schedule(batchMicros, new Event.ProposeQueued(node.endpoint(), number));
        }
      }
      case Packet.SnapshotAsk asked -> snapshots.onAsk(deliver.from(), asked);
      case Packet.SnapshotPart part -> snapshots.onPart(part);
      case Packet.SnapshotRefused refused -> snapshots.onRefused(refused);
      case Packet.RepairAsk(var ask) ->
          send(deliver.from(), log.answer(applied, appliedTerm, ask, node.mutation().core()));
      case Packet.RepairAnswer _ -> {} // The log is whole by now.
      case Packet.Read(var ticket, var key) -> {
        long id = ++requests;
        reads.put(id, new Waiter(deliver.from(), ticket, key));
        feed(new Input.Read(id, now()));
      }
      case Packet.Answer _ ->
          throw new IllegalArgumentException("an answer for a machine: " + deliver);
    }
  }

  /** What cannot be read and is in the state is let go. */
  private void onRead(Effect.ReadEntries wanted) throws DiskException {
    LogIndex durable = node.stored().at().index();
    Optional<List<Entry>> entries = log.read(wanted, durable);
    if (entries.isEmpty()) {
      host.stats().letGo++;
      feed(new Input.Compact(durable, true, now()));
    }
    feed(new Input.EntriesRead(wanted.request(), entries.orElse(List.of()), now()));
  }

  private void propose() {
    if (!gathered.isEmpty()) {
      List<Input.Proposal> batch = List.copyOf(gathered);
      gathered.clear();
      feed(new Input.Propose(batch, now()));
    }
  }

  private void onTimer() {
    if (host.nowMicros() < timerAt) {
      return; // An earlier deadline came in between; that one has been served.
    }
    timerAt = NO_TIMER;
    Optional<MonoTime> deadline = raft.nextDeadline();
    if (deadline.isPresent() && !now().isBefore(deadline.get())) {
      feed(new Input.TimerFired(now()));
    } else {
      arm();
    }
  }

  private void feed(Input input) {
    host.stats().coverage().count(input);
    raft.step(input, this::onEffect);
    arm();
  }

  private void arm() {
    Optional<MonoTime> deadline = raft.nextDeadline();
    if (deadline.isPresent()) {
      int at = Math.max(node.clock().microsOf(deadline.get()), host.nowMicros());
      if (at < timerAt) {
        timerAt = at;
        host.schedule(at - host.nowMicros(), new Event.Timer(node.endpoint(), number));
      }
    }
  }

  private void onEffect(Effect effect) {
    host.stats().coverage().count(effect);
    switch (effect) {
      case Effect.Send send -> send(send);
      case Effect.Persist persist -> {
        host.oracles().onPersist(node, memory, persist);
        memory.append(persist.entries());
        persist.state().ifPresent(memory::hardState);
        writer.add(persist);
      }
      case Effect.Purge _, Effect.InstallSnapshot _ -> shorten(effect);
      case Effect.FetchSnapshot(var atLeast) -> snapshots.want(atLeast);
      case Effect.DropSnapshot _ -> node.staged(Optional.empty());
      case Effect.MembersChanged(var members, var index) ->
          host.oracles().onMembers(node, members, index);
      case Effect.ChangeRefused _ -> {
        // The operator asks again, or for something else.
      }
      case Effect.Removed _ -> node.onRemoved();
      case Effect.Commit(var index) -> {
        host.oracles().onCommit(node, memory, index);
        committed = index;
        if (leads()) {
          host.onDecision(node.endpoint(), false);
        }
        applySoon();
      }
      case Effect.Appended(var proposal, var term, var index) -> onAppended(proposal, term, index);
      case Effect.Refused(var proposal, var why, var hint) ->
          answer(take(proposals, proposal), Refusals.of(why, hint));
      case Effect.ReadReady(var read, var index) -> onReadReady(take(reads, read), index);
      case Effect.ReadRefused(var read, var why, var hint) ->
          answer(take(reads, read), Refusals.of(why, hint));
      case Effect.ReadEntries wanted ->
          host.schedule(
              node.disk().syncMicros(), new Event.LogRead(node.endpoint(), number, wanted));
      case Effect.RoleChanged changed -> {
        leader = changed.leader();
        host.stats().coverage().count(role, changed.role());
        role = changed.role();
        host.oracles().onRole(node, memory, changed);
        if (changed.role() == Role.LEADER) {
          host.onDecision(node.endpoint(), true);
        }
      }
    }
  }

  /** The log begins later from here on, or behind a snapshot. */
  private void shorten(Effect effect) {
    if (effect instanceof Effect.InstallSnapshot(_, var index, var term)) {
      host.oracles().onInstalled(node, new Recovered.Place(index, term));
      installing = true;
    } else {
      host.stats().purges++;
    }
    LogWriter.apply(effect, memory, node);
    writer.add(effect);
  }

  private void onReadReady(Waiter waiter, LogIndex index) {
    host.stats().followerReads += leads() ? 0 : 1;
    if (applied.compareTo(index) >= 0) {
      answerRead(waiter);
    } else {
      readsReady.computeIfAbsent(index, _ -> new ArrayList<>()).add(waiter);
    }
  }

  /** Whether the core has answered all that it was asked. */
  boolean owesNothing() {
    return proposals.isEmpty() && reads.isEmpty();
  }

  private static Waiter take(Map<Long, Waiter> waiters, long id) {
    @Nullable Waiter waiter = waiters.remove(id);
    if (waiter == null) {
      throw new Violation("AnsweredOnce", "request " + id + " is answered but does not wait");
    }
    return waiter;
  }

  private void onAppended(long proposal, Term term, LogIndex index) {
    if (proposal >= Operator.REQUESTS_FROM) {
      return;
    }
    Waiter waiter = take(proposals, proposal);
    if (node.mutation().world().answersAfterCommit()) {
      placed.put(index, new Placed(term, waiter));
    } else {
      answer(waiter, new CommandOutcome.Done(Result.DONE.encode()));
    }
  }

  private void send(Effect.Send send) {
    host.oracles().onSend(node, memory, send);
    send(send.to().value() - 1, new Packet.Peer(send.message()));
  }

  @Override
  public void send(int to, Packet packet) {
    show(clock.next());
    host.send(node.endpoint(), to, packet, clock);
  }

  /** What the operator asks for. */
  void operate(Function<MonoTime, Input> asked) throws DiskException {
    show(clock.next());
    feed(asked.apply(now()));
    writer.pump();
  }

  /** How far a snapshot of this machine would go; none while it is being given another state. */
  @Override
  public Optional<StateAt> snapshotAt() {
    return installing
        ? Optional.empty()
        : node.told(new StateAt(applied, appliedTerm, applied, appliedMembers));
  }

  private void answer(Waiter to, CommandOutcome outcome) {
    show(clock.next());
    host.send(node.endpoint(), to.client(), new Packet.Answer(to.ticket(), outcome), clock);
  }

  private void onSynced() throws DiskException {
    for (Effect durable : writer.onSynced()) {
      switch (durable) {
        case Effect.Persist persist -> {
          persist.thenSend().forEach(this::send);
          persisted(persist.write());
        }
        case Effect.InstallSnapshot(var write, var index, _) -> {
          persisted(write);
          host.schedule(node.disk().syncMicros(), new Event.Swap(node.endpoint(), number, index));
        }
        default -> {
          // A log that begins later is nothing that the core waits for.
        }
      }
    }
  }

  private void persisted(long write) {
    feed(new Input.Persisted(write, node.durable().lastTerm(), node.durable().lastIndex(), now()));
  }

  private void onStaged(Event event, StoredState state) {
    if (installing) {
      // The one before is still on its way into the store.
      host.schedule(node.disk().syncMicros(), event);
      return;
    }
    node.staged(Optional.of(state));
    StateAt at = state.at();
    feed(new Input.SnapshotFetched(at.index(), at.term(), at.members().orElseThrow(), now()));
  }

  /** The store becomes the snapshot; what waited for entries that it covers is answered. */
  private void onSwap() {
    StateAt at = node.staged().orElseThrow().at();
    node.swap(at.index());
    machine = new SimMachine(node.mutation().world(), node.stored().store().afterCrash());
    host.oracles().onSnapshot(node, at, machine.fingerprint());
    host.stats().snapshots++;
    applied = at.index();
    appliedTerm = at.term();
    appliedMembers = at.members();
    committed = committed.compareTo(applied) < 0 ? applied : committed;
    installing = false;
    while (!placed.isEmpty() && placed.firstKey().compareTo(applied) <= 0) {
      answer(
          placed.pollFirstEntry().getValue().waiter(),
          new CommandOutcome.Unknown("a snapshot has what came of it"));
    }
    while (!readsReady.isEmpty() && readsReady.firstKey().compareTo(applied) <= 0) {
      readsReady.pollFirstEntry().getValue().forEach(this::answerRead);
    }
    feed(new Input.SnapshotInstalled(applied, now()));
    applySoon();
  }

  private void answerRead(Waiter waiter) {
    answer(waiter, new CommandOutcome.Done(machine.query(waiter.key())));
  }

  private void applySoon() {
    if (!applying && !installing && applied.compareTo(committed) < 0) {
      applying = true;
      host.schedule(node.options().applyMicros(), new Event.Apply(node.endpoint(), number));
    }
  }

  private void onApply() {
    applying = false;
    if (installing) {
      return;
    }
    int most = node.options().limits().applyEntriesMax();
    for (int i = 0; i < most && applied.compareTo(committed) < 0; i++) {
      applied = applied.next();
      apply(memory.at(applied));
    }
    applySoon();
    feed(new Input.Applied(applied, now()));
    if (node.prng().below(8) == 0) {
      flush();
    }
  }

  /** Makes the state durable, and asks for a shorter log if that is due. */
  void flush() {
    node.flush(
        machine,
        new StateAt(applied, appliedTerm, node.durable().agreed(memory, applied), appliedMembers));
    int every = node.options().growth().compactEvery();
    // A mutant's shell asks for more than its store has.
    LogIndex upTo = node.mutation().core().purgesOnlyApplied() ? applied : committed;
    if (every > 0 && upTo.value() - memory.base().index().value() >= every) {
      feed(new Input.Compact(upTo, node.prng().below(3) == 0, now()));
    }
  }

  private void apply(Entry entry) {
    Bytes result = Bytes.EMPTY;
    int effect = 0;
    if (entry.kind() == Entry.Kind.COMMAND) {
      SimMachine.Applied done = machine.apply(entry.index(), entry.payload());
      result = done.result();
      effect = done.effect();
    }
    appliedTerm = entry.term();
    if (entry.kind() == Entry.Kind.MEMBERS) {
      appliedMembers = Optional.of(new Recovered.MembersAt(entry.index(), Mirror.members(entry)));
    }
    host.oracles().onApplied(node, entry, effect);
    @Nullable Placed asked = placed.remove(entry.index());
    if (asked != null) {
      answer(
          asked.waiter(),
          asked.term().equals(entry.term())
              ? new CommandOutcome.Done(result)
              : new CommandOutcome.Unknown("another entry is at " + entry.index()));
    }
    @Nullable List<Waiter> ready = readsReady.remove(entry.index());
    if (ready != null) {
      ready.forEach(this::answerRead);
    }
  }

  private boolean leads() {
    return leader.isPresent() && leader.get().equals(node.id());
  }

  private MonoTime now() {
    return node.clock().at(host.nowMicros());
  }
}
