package org.volvox.node.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Term;
import org.volvox.base.machine.Command;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Raft;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Role;
import org.volvox.consensus.repair.RepairMessage;
import org.volvox.node.measure.Measure;

/**
 * One Raft group of a node: the core, which one thread at a time works ({@link Turns}), with the
 * log writer and the applier beside it. Any thread may propose, ask to read, hand in messages and
 * look at the view.
 *
 * <ol>
 *   <li>Only who has the turn touches the core; all else goes through one queue.
 *   <li>Effects are started in the order in which the core gave them.
 *   <li>A failure in any of the three threads is told to the host, which stops the node.
 * </ol>
 */
public final class RaftGroup implements ReplicatedLog {
  /** What waits to be proposed, to be taken in and to be applied. */
  private static final ByteCount MEMORY_MAX =
      new ByteCount(
          GroupLimits.PROPOSAL_BYTES_MAX
              + GroupLimits.MESSAGE_BYTES_MAX
              + GroupLimits.RECENT_BYTES_MAX);

  private static final long WAIT_NANOS_MAX = 1_000_000_000L;

  /** With more under way what waits is worked off together, which is cheaper for all. */
  private static final int CALM_MAX = 2;

  private final GroupHost host;
  private final GroupClock clock;
  private final Raft raft;
  private final MembersAt initial;
  private final LogWriter log;
  private final OrderedStore store;
  private final Snapshots snapshots;
  private final Applier applier;
  private final RecentEntries recent = new RecentEntries();
  private final Waiters waiters = new Waiters();
  private final Turns turns;
  private final Room commandRoom =
      new Room(GroupLimits.PROPOSALS_MAX, GroupLimits.PROPOSAL_BYTES_MAX);
  private final Room messageRoom =
      new Room(GroupLimits.MESSAGES_MAX, GroupLimits.MESSAGE_BYTES_MAX);
  private final Room readRoom = new Room(GroupLimits.READS_MAX, 0);
  private final Map<Long, PendingCommand> commands = new HashMap<>();
  private final Map<Long, PendingRead> reads = new HashMap<>();
  private final Map<Long, CompletableFuture<ChangeOutcome>> changes = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private Optional<Thread> applyThread = Optional.empty();
  private Optional<CompletableFuture<Boolean>> handOver = Optional.empty();
  private volatile RaftView view;
  private volatile boolean stopping;
  private volatile boolean isCalm = true;
  private long requests;

  public RaftGroup(GroupHost host, GroupParts parts) {
    this.host = host;
    this.clock = parts.clock();
    this.turns = new Turns(clock, this::turn);
    this.log =
        new LogWriter(
            parts.log().wal(), parts.state().bounds(), this::flush, host::send, this::add);
    this.store = parts.state().store();
    this.snapshots = parts.state().snapshots();
    this.applier =
        new Applier(
            parts.state(),
            recent,
            waiters,
            new Applier.Wiring(
                log::readNow,
                log::durable,
                host::together,
                (index, ranges) -> {
                  add(new Mail.AppliedUpTo(index));
                  host.applied(ranges);
                },
                index -> add(new Mail.SnapshotInPlace(index))));
    this.initial = parts.initial();
    this.raft = parts.core();
    this.view = raft.view();
  }

  @Override
  public void start() {
    threads.add(spawn("wal", log));
    threads.add(spawn("group", turns::run));
    applyThread = Optional.of(spawn("apply", applier));
  }

  @Override
  public RaftView view() {
    return view;
  }

  /** What is applied to the store. */
  @Override
  public LogIndex applied() {
    return applier.applied();
  }

  @Override
  public MembersAt members(StateMark mark) {
    return mark.members().orElse(initial);
  }

  private LogIndex flush() {
    LogIndex index = StateMark.of(store).index();
    store.flush();
    return index;
  }

  /** What a member hears that repairs its log. */
  public CompletableFuture<RepairMessage.Answer> repairing(RepairMessage.Ask ask) {
    return log.answer(ask, StateMark.of(store).place());
  }

  @Override
  public void fetched(LogIndex index, Term term, MembersAt members) {
    add(new Mail.SnapshotStaged(index, term, members));
  }

  /** The store is durable up to there, so that much of the log may go if it is too big. */
  @Override
  public void flushed(LogIndex index, long stateBytes) {
    log.shorten(index, stateBytes);
  }

  @Override
  public long logBytes() {
    return log.bytes();
  }

  @Override
  public List<Measure> measures() {
    return List.of(log.measure(), applier.measure());
  }

  @Override
  public ByteCount memoryMax() {
    return MEMORY_MAX;
  }

  /** Whether the log waits for a flush of the store to be shortened. */
  @Override
  public boolean isLogTooBig() {
    return log.isTooBig();
  }

  @Override
  public CompletableFuture<CommandOutcome> propose(Bytes command) {
    CompletableFuture<CommandOutcome> outcome = new CompletableFuture<>();
    Optional<CommandOutcome> refused = admit(command);
    if (refused.isPresent()) {
      outcome.complete(refused.get());
    } else {
      post(new Mail.Ask(new PendingCommand(command, outcome)));
    }
    return outcome;
  }

  @Override
  public CompletableFuture<ReadGate> read() {
    CompletableFuture<ReadGate> ready = new CompletableFuture<>();
    if (stopping) {
      ready.complete(new ReadGate.Shut(RefusedBecause.NO_LEADER, "the node is stopping"));
    } else if (!readRoom.enter(0)) {
      ready.complete(new ReadGate.Shut(RefusedBecause.BUSY, "too many reads wait"));
    } else {
      post(new Mail.AskRead(new PendingRead(ready)));
    }
    return ready;
  }

  @Override
  public CompletableFuture<ChangeOutcome> change(MemberChange change) {
    CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
    if (stopping) {
      outcome.complete(new ChangeOutcome.Refused(true, "the node is stopping"));
    } else {
      post(new Mail.Change(change, outcome));
    }
    return outcome;
  }

  @Override
  public void transfer(Optional<NodeId> to) {
    add(new Mail.HandOver(to, new CompletableFuture<>()));
  }

  /** A message of a peer; dropped when too many wait, since Raft repeats what matters. */
  public void received(NodeId from, Message message) {
    if (messageRoom.enter(weight(message))) {
      add(new Mail.Arrived(from, message));
    }
  }

  private static long weight(Message message) {
    return message instanceof Message.Append append
        ? append.entries().stream().mapToLong(Entry::weightBytes).sum()
        : 0;
  }

  @Override
  public void peerGone(NodeId peer) {
    add(new Mail.Gone(peer));
  }

  @Override
  public boolean handOver(Duration patience) throws InterruptedException {
    if (view.role() != Role.LEADER) {
      return true;
    }
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    add(new Mail.HandOver(Optional.empty(), done));
    try {
      return done.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw Invariant.broken("a hand-over failed that never fails: " + e.getCause());
    }
  }

  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    turns.close();
    applier.stop();
    applyThread.ifPresent(Thread::interrupt); // It may wait for the log, which ends too.
    log.stop(); // Behind all writes that wait: they become durable first.
    applyThread.ifPresent(threads::add);
    for (Thread thread : threads) {
      if (thread != Thread.currentThread()) {
        thread.join();
      }
    }
    String reason = "the node stopped";
    waiters.abandon(reason);
    commands.values().forEach(command -> unknown(command, reason));
    shutReads(RefusedBecause.NO_LEADER, reason);
    changes.values().forEach(each -> each.complete(new ChangeOutcome.Refused(true, reason)));
    applier.shutReads(reason);
    turns.forEachLeft(letter -> letter.sendBack(reason));
  }

  private void post(Mail letter) {
    add(letter);
    if (stopping) {
      // Who stopped may have looked before it was there.
      turns.forEachLeft(each -> each.sendBack("the node stopped"));
    }
  }

  private void add(Mail letter) {
    // A virtual thread that waits for a lock and then for a carrier would keep the turn meanwhile.
    if (isCalm && !Thread.currentThread().isVirtual() && letter.isRoutine(view)) {
      turns.addAndWork(letter);
    } else {
      turns.add(letter);
    }
  }

  private Optional<CommandOutcome> admit(Bytes command) {
    if (stopping) {
      return Optional.of(
          refused(RefusedBecause.NO_LEADER, Optional.empty(), "the node is stopping"));
    }
    if (command.length() > Command.BYTES_MAX) {
      return Optional.of(
          refused(
              RefusedBecause.FINAL,
              Optional.empty(),
              "a command of " + command.length() + " bytes; the most is " + Command.BYTES_MAX));
    }
    if (!commandRoom.enter(command.length())) {
      return Optional.of(refused(RefusedBecause.BUSY, view.leader(), "too many commands wait"));
    }
    return Optional.empty();
  }

  private MonoTime turn(List<Mail> letters, boolean mindsTime) {
    List<Input.Proposal> proposals = new ArrayList<>();
    for (Mail letter : letters) {
      open(letter, proposals);
    }
    MonoTime now = clock.now();
    if (!proposals.isEmpty()) {
      step(new Input.Propose(proposals, now));
    }
    if (mindsTime && raft.nextDeadline().map(due -> !now.isBefore(due)).orElse(false)) {
      step(new Input.TimerFired(now));
    }
    view = raft.view();
    isCalm = waiters.count() + reads.size() <= CALM_MAX;
    return raft.nextDeadline().orElseGet(() -> now.plusNanos(WAIT_NANOS_MAX));
  }

  private void open(Mail letter, List<Input.Proposal> proposals) {
    MonoTime now = clock.now();
    switch (letter) {
      case Mail.Arrived(var from, var message) -> {
        messageRoom.leave(weight(message));
        step(new Input.Received(from, message, now));
      }
      case Mail.Gone(var peer) -> step(new Input.PeerGone(peer, now));
      case Mail.Ask(var command) -> {
        commandRoom.leave(command.command().length());
        commands.put(++requests, command);
        proposals.add(
            new Input.Proposal(requests, Stamped.encode(host.stamp(), command.command())));
      }
      case Mail.AskRead(var read) -> {
        readRoom.leave(0);
        reads.put(++requests, read);
        step(new Input.Read(requests, now));
      }
      case Mail.Durable(var write, var lastTerm, var lastIndex) ->
          step(new Input.Persisted(write, lastTerm, lastIndex, now));
      case Mail.AppliedUpTo(var index) -> step(new Input.Applied(index, now));
      case Mail.Fetched(var request, var entries) ->
          step(new Input.EntriesRead(request, entries, now));
      case Mail.Change(var change, var outcome) -> {
        changes.put(++requests, outcome);
        step(new Input.ChangeMembers(requests, change, now));
      }
      case Mail.MayShorten(var upTo, var pressing) -> step(new Input.Compact(upTo, pressing, now));
      case Mail.SnapshotStaged(var index, var term, var members) ->
          step(new Input.SnapshotFetched(index, term, members, now));
      case Mail.SnapshotInPlace(var index) -> step(new Input.SnapshotInstalled(index, now));
      case Mail.HandOver(var to, var done) -> {
        handOver = Optional.of(done);
        step(new Input.Transfer(to, now));
        if (!raft.view().transferring() && raft.view().role() == Role.LEADER) {
          done.complete(false); // Nobody else could lead.
        }
      }
    }
  }

  private void step(Input input) {
    raft.step(input, this::begin);
  }

  private void begin(Effect effect) {
    switch (effect) {
      case Effect.Persist persist -> {
        recent.write(persist.entries());
        log.write(persist);
      }
      case Effect.Send(var to, var message) -> host.send(to, message);
      case Effect.Commit(var index) -> applier.committed(index);
      case Effect.Appended(var id, var term, var index) -> {
        @Nullable PendingCommand command = commands.remove(id);
        if (command != null) {
          waiters.appended(term, index, command);
        }
        @Nullable CompletableFuture<ChangeOutcome> change = changes.remove(id);
        if (change != null) {
          change.complete(new ChangeOutcome.Begun(index));
        }
      }
      case Effect.Refused(var id, var why, var leader) -> {
        @Nullable PendingCommand command = commands.remove(id);
        if (command != null) {
          command.outcome().complete(refused(because(why), leader, reason(why, leader)));
        }
      }
      case Effect.ReadReady(var id, var index) -> {
        @Nullable PendingRead read = reads.remove(id);
        if (read != null) {
          applier.readFrom(index, read);
        }
      }
      case Effect.ReadRefused(var id, var why, var leader) -> {
        @Nullable PendingRead read = reads.remove(id);
        if (read != null) {
          read.ready().complete(new ReadGate.Shut(because(why), reason(why, leader)));
        }
      }
      case Effect.ReadEntries read -> log.read(read);
      case Effect.Purge purge -> log.purge(purge);
      case Effect.FetchSnapshot(var atLeast) -> snapshots.fetch(atLeast);
      case Effect.InstallSnapshot install -> {
        applier.hold();
        log.restart(install, () -> applier.install(install.index()));
      }
      case Effect.DropSnapshot _ -> snapshots.drop();
      case Effect.RoleChanged change -> roleChanged(change);
      case Effect.MembersChanged(var members, var index) -> host.membersChanged(members, index);
      case Effect.ChangeRefused(var id, var why, var reason, _) -> {
        @Nullable CompletableFuture<ChangeOutcome> change = changes.remove(id);
        if (change != null) {
          change.complete(new ChangeOutcome.Refused(why != Effect.Refusal.CONFLICT, reason));
        }
      }
      case Effect.Removed() -> host.removed();
    }
  }

  private void roleChanged(Effect.RoleChanged change) {
    if (change.role() != Role.LEADER) {
      waiters.abandon("this node no longer leads");
    }
    view = raft.view(); // Who is woken by the news looks at once.
    if (change.role() != Role.LEADER && change.leader().isPresent()) {
      handOver.ifPresent(done -> done.complete(true));
    }
    host.roleChanged(change);
  }

  private static RefusedBecause because(Effect.Refusal why) {
    return switch (why) {
      case NOT_LEADER, NO_QUORUM, CONFLICT, NOT_CAUGHT_UP -> RefusedBecause.NO_LEADER;
      case BUSY -> RefusedBecause.BUSY;
    };
  }

  private String reason(Effect.Refusal why, Optional<NodeId> leader) {
    return switch (why) {
      case NOT_LEADER ->
          leader.map(id -> id + " leads").orElse("no leader is known to " + view.self());
      case NO_QUORUM ->
          "no quorum: " + view.self() + " has heard no leader for an election timeout";
      case BUSY -> "too much waits to be committed";
      case CONFLICT, NOT_CAUGHT_UP -> "not now";
    };
  }

  private Thread spawn(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Exception | Error e) {
                host.failed(name, e);
              }
            },
            view.self() + "-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** A thread's work; whatever it throws ends the group. */
  interface Work {
    void run() throws Exception;
  }

  private static CommandOutcome refused(
      RefusedBecause why, Optional<NodeId> leader, String reason) {
    return new CommandOutcome.Refused(why, leader, reason);
  }

  private static void unknown(PendingCommand command, String reason) {
    command.outcome().complete(new CommandOutcome.Unknown(reason));
  }

  private void shutReads(RefusedBecause why, String reason) {
    reads.values().forEach(read -> read.ready().complete(new ReadGate.Shut(why, reason)));
  }
}
