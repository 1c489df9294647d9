package org.volvox.node.serve;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
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
import org.volvox.node.event.Journal;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.RaftGroup;

/**
 * Brings a command that entered here to whoever leads, by {@link CommandRetry}, and takes the
 * commands of other entry nodes if this node leads.
 *
 * <p>A node that hears too few others for a quorum does not let its callers wait for the deadline:
 * it refuses if nothing can have been written, and else says that it does not know.
 */
public final class CommandService {
  private final Local local;
  private final RaftGroup group;
  private final GroupClock clock;
  private final Peers peers;
  private final Peers.Asker asker;
  private final Set<LinkedBlockingQueue<RetryInput>> waiting = ConcurrentHashMap.newKeySet();

  /** This node among all, and where it writes down what it did for clients. */
  public record Local(NodeId self, List<NodeId> nodes, Journal journal) {}

  public CommandService(
      Local local, RaftGroup group, GroupClock clock, Peers peers, Peers.Asker asker) {
    this.local = local;
    this.group = group;
    this.clock = clock;
    this.peers = peers;
    this.asker = asker;
  }

  /** Takes a command as if from a client; {@code principal} is who is authenticated. */
  public CommandOutcome enter(Bytes request, String principal, Duration timeout)
      throws InterruptedException {
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
            principal,
            command.type(),
            command.body());
    CommandOutcome outcome = bring(known.encode(), timeout);
    if (outcome instanceof CommandOutcome.Done(var answer)) {
      Narrator.tell(known, answer)
          .ifPresent(what -> local.journal().record(what, Optional.empty()));
    }
    return outcome;
  }

  /** Takes a command from another node; only a leader accepts it. */
  public CommandOutcome propose(Bytes command, Duration timeout) throws InterruptedException {
    try {
      Command.decode(command);
    } catch (MalformedException e) {
      return refused("the command is malformed: " + e.getMessage());
    }
    return Futures.await(group.propose(command), timeout)
        .orElseGet(() -> new CommandOutcome.Unknown("not committed before the deadline"));
  }

  /** Brings an encoded command to the leader and waits for what becomes of it. */
  public CommandOutcome bring(Bytes command, Duration timeout) throws InterruptedException {
    MonoTime deadline = clock.now().plus(timeout);
    CommandRetry retry =
        new CommandRetry(
            targets(), RetryPolicy.DEFAULT, deadline, new Prng((int) System.nanoTime()));
    Attempts attempts = new Attempts(command);
    waiting.add(attempts.inputs);
    try {
      retry.step(new RetryInput.Start(leader(), clock.now()), attempts::begin);
      while (!retry.isFinished()) {
        RetryInput input = attempts.next(retry.nextDeadline().orElse(deadline));
        retry.step(input, attempts::begin);
        if (!retry.isFinished() && attempts.open == 0 && leader().isEmpty() && peers.isCutOff()) {
          return cutOff(retry.mayHaveRun());
        }
      }
    } finally {
      waiting.remove(attempts.inputs);
    }
    return attempts.outcome;
  }

  /** Wakes the commands that wait for a leader. */
  public void leaderSeen(NodeId leader) {
    waiting.forEach(inputs -> inputs.add(new RetryInput.LeaderSeen(leader, clock.now())));
  }

  private Optional<NodeId> leader() {
    return group.view().leader();
  }

  /** This node first: it needs no network to say who leads. */
  private List<NodeId> targets() {
    return Stream.concat(
            Stream.of(local.self()),
            local.nodes().stream().filter(node -> !node.equals(local.self())))
        .toList();
  }

  private CommandOutcome cutOff(boolean mayHaveRun) {
    String reason = "no quorum: " + peers.whoAnswers();
    return mayHaveRun
        ? new CommandOutcome.Unknown(reason)
        : new CommandOutcome.Refused(RefusedBecause.NO_QUORUM, Optional.empty(), reason);
  }

  private static CommandOutcome refused(String reason) {
    return new CommandOutcome.Refused(RefusedBecause.FINAL, Optional.empty(), reason);
  }

  /** The attempts of one command; its own thread calls it, answers come into its queue. */
  private final class Attempts {
    private final Bytes command;
    private final LinkedBlockingQueue<RetryInput> inputs = new LinkedBlockingQueue<>();
    private CommandOutcome outcome = new CommandOutcome.Unknown("no answer");
    private int open;

    Attempts(Bytes command) {
      this.command = command;
    }

    void begin(RetryEffect effect) {
      switch (effect) {
        case RetryEffect.Send(var attempt, var target, var until) -> {
          open++;
          send(attempt, target, until);
        }
        case RetryEffect.Finished(var end) -> outcome = end;
      }
    }

    RetryInput next(MonoTime until) throws InterruptedException {
      long waitNanos = Math.max(0, until.nanosSince(clock.now()));
      @Nullable RetryInput input = inputs.poll(waitNanos, TimeUnit.NANOSECONDS);
      if (input == null) {
        return new RetryInput.TimerFired(clock.now());
      }
      if (!(input instanceof RetryInput.LeaderSeen)) {
        open--;
      }
      return input;
    }

    private void send(int attempt, NodeId target, MonoTime until) {
      if (target.equals(local.self())) {
        var _ =
            group
                .propose(command)
                .thenAccept(
                    answer -> inputs.add(new RetryInput.Answered(attempt, answer, clock.now())));
      } else if (!peers.isUp(target)) {
        inputs.add(new RetryInput.Failed(attempt, false, target + " is down", clock.now()));
      } else {
        Duration timeout = Duration.ofNanos(Math.max(1, until.nanosSince(clock.now())));
        var _ =
            asker
                .ask(target, Lane.CALLS, Method.PEER_COMMAND, command, timeout)
                .whenComplete((answer, failure) -> inputs.add(answered(attempt, answer, failure)));
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
}
