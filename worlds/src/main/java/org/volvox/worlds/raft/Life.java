package org.volvox.worlds.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
import org.volvox.consensus.raft.Role;

/**
 * A machine between start and crash: the real core, and around it what a node's threads do (one
 * writes the log and syncs for all that waits, one applies), here as events. Memory only: a crash
 * drops the object.
 */
final class Life {
  private static final int NO_TIMER = Integer.MAX_VALUE;
  private static final int APPLY_ENTRIES_MAX = 16;

  private final SimNode node;
  private final Host host;
  private final int number;
  private final NodeLog log;
  private final Mirror memory = new Mirror();
  private final SimMachine machine;
  private final Deque<Effect.Persist> writing = new ArrayDeque<>();
  private final Deque<Effect.Persist> waiting = new ArrayDeque<>();
  private final Map<Long, Waiter> proposals = new TreeMap<>();
  private final Map<LogIndex, Placed> placed = new TreeMap<>();
  private final Map<Long, Waiter> reads = new TreeMap<>();
  private final Map<LogIndex, List<Waiter>> readsReady = new TreeMap<>();
  private final List<Input.Proposal> gathered = new ArrayList<>();
  private final Raft raft;
  private LogIndex committed;
  private LogIndex applied;
  private LamportTime clock;
  private long requests;
  private int timerAt = NO_TIMER;
  private boolean applying;
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
    machine = new SimMachine(node.mutation().world(), node.flushed().afterCrash());
    committed = node.flushedAt().index();
    applied = node.flushedAt().index();
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
    WalConfig config =
        new WalConfig(
            node.endpoint() + 1L,
            node.options().segmentBytes(),
            node.prng().below(2) == 0 ? 0 : node.prng().below(4096));
    NodeLog log = NodeLog.open(node.disk(), config, node.flushedAt());
    Mirror found = log.contents();
    node.host().oracles().onRecovered(node, found);
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

  SimMachine machine() {
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
      case Event.LogRead(_, _, var wanted) ->
          feed(new Input.EntriesRead(wanted.request(), log.read(wanted), now()));
      case Event.Gone(_, _, var peer) -> feed(new Input.PeerGone(peer, now()));
      case Event.ProposeQueued _ -> propose();
      case Event.ClientTick _, Event.Faulty _ ->
          throw new IllegalArgumentException("not a machine's event: " + event);
    }
    if (writing.isEmpty() && !waiting.isEmpty()) {
      write();
    }
  }

  private void show(LamportTime next) {
    node.reserveClock(next);
    clock = next;
  }

  private void onDeliver(Event.Deliver deliver) {
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
      case Packet.Read(var ticket, var key) -> {
        long id = ++requests;
        reads.put(id, new Waiter(deliver.from(), ticket, key));
        feed(new Input.Read(id, now()));
      }
      case Packet.Answer _ ->
          throw new IllegalArgumentException("an answer for a machine: " + deliver);
    }
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
    switch (effect) {
      case Effect.Send send -> send(send);
      case Effect.Persist persist -> {
        host.oracles().onPersist(node, memory, persist);
        memory.append(persist.entries());
        persist.state().ifPresent(memory::hardState);
        waiting.add(persist);
        node.pending().add(persist);
      }
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
          answer(take(proposals, proposal), refused(why, hint));
      case Effect.ReadReady(var read, var index) -> {
        Waiter waiter = take(reads, read);
        if (applied.compareTo(index) >= 0) {
          answer(waiter, new CommandOutcome.Done(machine.query(waiter.key())));
        } else {
          readsReady.computeIfAbsent(index, _ -> new ArrayList<>()).add(waiter);
        }
      }
      case Effect.ReadRefused(var read, var why, var hint) ->
          answer(take(reads, read), refused(why, hint));
      case Effect.MembersChanged _,
          Effect.Purge _,
          Effect.FetchSnapshot _,
          Effect.InstallSnapshot _,
          Effect.DropSnapshot _,
          Effect.Removed _,
          Effect.ChangeRefused _ ->
          throw new Violation("AsPlanned", "nothing in this world asks for " + effect);
      case Effect.ReadEntries wanted ->
          host.schedule(
              node.disk().syncMicros(), new Event.LogRead(node.endpoint(), number, wanted));
      case Effect.RoleChanged changed -> {
        leader = changed.leader();
        host.oracles().onRole(node, memory, changed);
        if (changed.role() == Role.LEADER) {
          host.onDecision(node.endpoint(), true);
        }
      }
    }
  }

  private static Waiter take(Map<Long, Waiter> waiters, long id) {
    @Nullable Waiter waiter = waiters.remove(id);
    if (waiter == null) {
      throw new Violation("AnsweredOnce", "request " + id + " is answered but does not wait");
    }
    return waiter;
  }

  private void onAppended(long proposal, Term term, LogIndex index) {
    Waiter waiter = take(proposals, proposal);
    if (node.mutation().world().answersAfterCommit()) {
      placed.put(index, new Placed(term, waiter));
    } else {
      answer(waiter, new CommandOutcome.Done(Result.DONE.encode()));
    }
  }

  private void send(Effect.Send send) {
    show(clock.next());
    host.send(node.endpoint(), send.to().value() - 1, new Packet.Peer(send.message()), clock);
  }

  private void answer(Waiter to, CommandOutcome outcome) {
    show(clock.next());
    host.send(node.endpoint(), to.client(), new Packet.Answer(to.ticket(), outcome), clock);
  }

  private static CommandOutcome refused(Effect.Refusal why, Optional<NodeId> hint) {
    CommandOutcome.RefusedBecause because =
        switch (why) {
          case NOT_LEADER, NO_QUORUM, CONFLICT, NOT_CAUGHT_UP ->
              CommandOutcome.RefusedBecause.NO_LEADER;
          case BUSY -> CommandOutcome.RefusedBecause.BUSY;
        };
    return new CommandOutcome.Refused(because, hint, why.toString());
  }

  /** Writes all that waits at once; the sync comes later, and a crash may come between. */
  private void write() throws DiskException {
    writing.addAll(waiting);
    waiting.clear();
    log.write(List.copyOf(writing));
    host.schedule(node.disk().syncMicros(), new Event.Synced(node.endpoint(), number));
  }

  private void onSynced() throws DiskException {
    log.sync();
    while (!writing.isEmpty()) {
      Effect.Persist persist = writing.removeFirst();
      node.pending().removeFirst();
      persist.state().ifPresent(node.durable()::hardState);
      node.durable().append(persist.entries());
      persist.thenSend().forEach(this::send);
      feed(
          new Input.Persisted(
              persist.write(), node.durable().lastTerm(), node.durable().lastIndex(), now()));
    }
    if (waiting.isEmpty() && node.prng().below(4) == 0) {
      log.idle();
    }
  }

  private void applySoon() {
    if (!applying && applied.compareTo(committed) < 0) {
      applying = true;
      host.schedule(node.options().applyMicros(), new Event.Apply(node.endpoint(), number));
    }
  }

  private void onApply() {
    applying = false;
    for (int i = 0; i < APPLY_ENTRIES_MAX && applied.compareTo(committed) < 0; i++) {
      applied = applied.next();
      apply(memory.at(applied));
    }
    if (node.prng().below(8) == 0 && node.durable().has(applied)) {
      node.flush(
          machine, new StateAt(applied, memory.at(applied).term(), applied, Optional.empty()));
    }
    applySoon();
    feed(new Input.Applied(applied, now()));
  }

  private void apply(Entry entry) {
    Bytes result = Bytes.EMPTY;
    int effect = 0;
    if (entry.kind() == Entry.Kind.COMMAND) {
      SimMachine.Applied done = machine.apply(entry.index(), entry.payload());
      result = done.result();
      effect = done.effect();
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
      for (Waiter waiter : ready) {
        answer(waiter, new CommandOutcome.Done(machine.query(waiter.key())));
      }
    }
  }

  private boolean leads() {
    return leader.isPresent() && leader.get().equals(node.id());
  }

  private MonoTime now() {
    return node.clock().at(host.nowMicros());
  }
}
