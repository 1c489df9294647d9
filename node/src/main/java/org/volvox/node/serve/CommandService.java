package org.volvox.node.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryBudget;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.event.Receive;
import org.volvox.base.machine.Command;
import org.volvox.calls.CallException;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.calls.CommandRetry;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.RetryEffect;
import org.volvox.calls.RetryInput;
import org.volvox.calls.RetryPolicy;
import org.volvox.consensus.raft.Role;
import org.volvox.node.event.Journal;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.ReplicatedLog;

/**
 * Brings a command that entered here to whoever leads, by {@link CommandRetry}, and takes the
 * commands of other entry nodes if this node leads. Nothing here blocks: commands are begun on the
 * event loops, and their outcomes are told on whatever thread brings them.
 *
 * <p>A node that hears too few others for a quorum does not let its callers wait for the deadline:
 * it refuses if nothing can have been written, and else says that it does not know.
 */
public final class CommandService implements AutoCloseable {
  /** How late a pause or a deadline may end; the shortest pause is as long. */
  private static final long TICK_MILLIS = 10;

  /** Commands on their way at a time, and their bytes: a fraction of the 256 MB heap. */
  private static final int OPEN_MAX = 16_384;

  private static final ByteCount OPEN_BYTES_MAX = new ByteCount(24L << 20);

  private final Narrator narrator = new Narrator();
  private final Local local;
  private final ReplicatedLog group;
  private final GroupClock clock;
  private final Peers peers;
  private final Peers.Asker asker;
  private final Set<Bringing> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final MemoryBudget memory;
  private final ScheduledExecutorService timer;

  /**
   * This node among all, what it takes, where it writes down what it did for clients, and its
   * memory.
   */
  public record Local(
      NodeId self, Members members, Admission admission, Journal journal, MemoryBudget memory) {}

  /** Who is authenticated, and the send that brought the command. */
  public record Caller(String principal, Optional<EventStamp> because) {
    public Caller {
      // Before it has a session a client's events have no name of their own.
      because = because.filter(sent -> !sent.id().origin().equals(Receive.SOMEBODY));
    }
  }

  public CommandService(
      Local local, ReplicatedLog group, GroupClock clock, Peers peers, Peers.Asker asker) {
    this.local = local;
    this.group = group;
    this.clock = clock;
    this.peers = peers;
    this.asker = asker;
    this.memory = local.memory().part(OPEN_BYTES_MAX);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(local.self() + "-commands").factory());
  }

  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Takes a command as if from a client. The future never fails. */
  public CompletableFuture<CommandOutcome> enter(Bytes request, Caller caller, Duration timeout) {
    Command command;
    try {
      command = Command.decode(request);
    } catch (MalformedException e) {
      return refused("the command is malformed: " + e.getMessage());
    }
    if (request.length() > Command.BYTES_MAX) {
      return refused(
          "a command of " + request.length() + " bytes; the most is " + Command.BYTES_MAX);
    }
    Command known =
        new Command(
            command.group(),
            command.session(),
            command.seq(),
            command.lowestUnacknowledged(),
            caller.principal(),
            command.type(),
            command.body());
    return bring(known.encode(), timeout).thenApply(outcome -> told(known, caller, outcome));
  }

  private CommandOutcome told(Command command, Caller caller, CommandOutcome outcome) {
    if (outcome instanceof CommandOutcome.Done(var answer)) {
      narrator
          .tell(command, answer)
          .ifPresent(told ->
              local.journal().record(told.kind(), told.what(), caller.because(), told.about()));
    }
    return outcome;
  }

  /** Takes a command from another node; only a leader accepts it. The future never fails. */
  public CompletableFuture<CommandOutcome> propose(Bytes command) {
    try {
      Command.decode(command);
    } catch (MalformedException e) {
      return refused("the command is malformed: " + e.getMessage());
    }
    return proposeHere(command);
  }

  private CompletableFuture<CommandOutcome> proposeHere(Bytes command) {
    return group.view().role() == Role.LEADER
        ? local
            .admission()
            .refuse(command)
            .map(CompletableFuture::completedFuture)
            .orElseGet(() -> group.propose(command))
        : group.propose(command);
  }

  /** Brings an encoded command to the leader; the future never fails. */
  public CompletableFuture<CommandOutcome> bring(Bytes command, Duration timeout) {
    int bytes = command.length();
    boolean tooMany = open.incrementAndGet() > OPEN_MAX;
    Optional<MemoryBudget.Grant> grant = memory.take(new ByteCount(bytes));
    if (tooMany || grant.isEmpty()) {
      release(grant);
      return CompletableFuture.completedFuture(
          new CommandOutcome.Refused(
              RefusedBecause.BUSY,
              Optional.empty(),
              "too many commands are on their way through " + local.self()));
    }
    MonoTime now = clock.now();
    CommandRetry retry =
        new CommandRetry(
            local.members().selfFirst(), // This node first: it needs no network to say who leads.
            RetryPolicy.TOLD,
            now.plus(timeout),
            new Prng((int) System.nanoTime()));
    Bringing bringing = new Bringing(command, retry, this::send);
    waiting.add(bringing);
    bringing.offer(new RetryInput.Start(leader(), now));
    return bringing
        .outcome()
        .whenComplete((outcome, failure) -> {
          waiting.remove(bringing);
          release(grant);
        });
  }

  private void release(Optional<MemoryBudget.Grant> grant) {
    open.decrementAndGet();
    grant.ifPresent(MemoryBudget.Grant::close);
  }

  /**
   * Brings to this leader the commands that wait for one or for the answer of one before. Thousands
   * may; whoever tells it has more urgent things to do.
   */
  public void leaderSeen(NodeId leader) {
    try {
      timer.execute(() ->
          waiting.forEach(
              bringing -> bringing.offer(new RetryInput.LeaderSeen(leader, clock.now()))));
    } catch (RejectedExecutionException closed) {
      return; // The node stops, and its commands are told.
    }
  }

  /** No more deadlines; what is on its way is answered or not by those who have it. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void tick() {
    MonoTime now = clock.now();
    boolean isHopeless = !waiting.isEmpty() && leader().isEmpty() && peers.isCutOff();
    for (Bringing bringing : waiting) {
      if (isHopeless && bringing.isIdle()) {
        bringing.giveUp(
            new CommandOutcome.Refused(
                RefusedBecause.NO_QUORUM, Optional.empty(), "no quorum: " + peers.whoAnswers()));
      } else if (bringing.isDue(now)) {
        bringing.offer(new RetryInput.TimerFired(now));
      }
    }
  }

  private Optional<NodeId> leader() {
    return group.view().leader();
  }

  private static CompletableFuture<CommandOutcome> refused(String reason) {
    return CompletableFuture.completedFuture(
        new CommandOutcome.Refused(RefusedBecause.FINAL, Optional.empty(), reason));
  }

  private void send(Bringing from, RetryEffect.Send send) {
    int attempt = send.attempt();
    NodeId target = send.target();
    if (target.equals(local.self())) {
      var _ =
          proposeHere(from.command())
              .thenAccept(
                  answer -> from.offer(new RetryInput.Answered(attempt, answer, clock.now())));
    } else if (!peers.isUp(target)) {
      from.offer(new RetryInput.Failed(attempt, false, target + " is down", clock.now()));
    } else {
      Duration timeout = Duration.ofNanos(Math.max(1, send.deadline().nanosSince(clock.now())));
      var _ =
          asker
              .ask(target, Lane.CALLS, Method.PEER_COMMAND, from.command(), timeout)
              .whenComplete((answer, failure) -> from.offer(answered(attempt, answer, failure)));
    }
  }

  private RetryInput answered(int attempt, @Nullable Bytes answer, @Nullable Throwable failure) {
    MonoTime now = clock.now();
    if (answer == null) {
      boolean mayHaveRun = !(Futures.cause(failure) instanceof CallException e) || e.mayHaveRun();
      return new RetryInput.Failed(attempt, mayHaveRun, Futures.reason(failure), now);
    }
    try {
      return new RetryInput.Answered(attempt, CommandOutcome.decode(answer), now);
    } catch (MalformedException e) {
      return new RetryInput.Failed(attempt, true, "the answer is malformed", now);
    }
  }
}
