package org.volvox.calls;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.volvox.base.Invariant;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/**
 * Brings one command to whoever leads, by the same request id as often as needed, until its
 * deadline (contracts, Outcomes of a write; Ongaro's thesis, sections 6.2 and 6.3). A core: entry
 * nodes, clients and simulated clients drive it, one instance for each command.
 *
 * <ol>
 *   <li>It answers Done only with what a target answered.
 *   <li>It answers Refused only if every attempt was refused or certainly never ran, and none is
 *       open. Otherwise its answer at the deadline is Unknown.
 *   <li>It has at most one attempt that it still waits for.
 *   <li>It finishes exactly once, at the latest when {@link #nextDeadline} says so.
 * </ol>
 */
public final class CommandRetry {
  /** Hints followed at once before pausing all the same: two nodes may name each other. */
  private static final int HINTS_AT_ONCE_MAX = 2;

  /** What it is doing; each state holds only what it needs. */
  private sealed interface State {
    record Idle() implements State {}

    record Waiting(int attempt, NodeId target, MonoTime until) implements State {}

    record Pausing(MonoTime until) implements State {}

    record Finished() implements State {}
  }

  /** Nobody answers sooner: with less left, no further attempt is made. */
  private static final long ANSWER_NANOS_MIN = 50_000_000;

  private final List<NodeId> targets;
  private final RetryPolicy policy;
  private final MonoTime deadline;
  private final Prng prng;

  private State state = new State.Idle();
  private int attempts;
  private int nextTarget;
  private long pauseNanos;
  private int hintsFollowed;
  private Optional<NodeId> hint = Optional.empty();
  private Optional<NodeId> lastTarget = Optional.empty();
  private final TreeSet<NodeId> hopeless = new TreeSet<>();
  private boolean saidNoQuorum;
  private boolean mayHaveRun;

  /** Attempts that are waited for no longer, and whose answer may still come. */
  private final TreeSet<Integer> abandoned = new TreeSet<>();

  private String lastReason = "no answer";

  /**
   * @param targets where to try, in this order, when nobody names a leader; at least one
   */
  public CommandRetry(List<NodeId> targets, RetryPolicy policy, MonoTime deadline, Prng prng) {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least one target");
    }
    this.targets = List.copyOf(targets);
    this.policy = policy;
    this.deadline = deadline;
    this.prng = prng;
    this.pauseNanos = policy.pauseMin().toNanos();
  }

  /** When {@link RetryInput.TimerFired} is due; empty once finished or before the start. */
  public Optional<MonoTime> nextDeadline() {
    return switch (state) {
      case State.Idle() -> Optional.empty();
      case State.Waiting(_, _, var until) -> Optional.of(until);
      case State.Pausing(var until) -> Optional.of(until);
      case State.Finished() -> Optional.empty();
    };
  }

  public boolean isFinished() {
    return state instanceof State.Finished;
  }

  /** Whether some attempt may have taken effect, as far as is known now. */
  public boolean mayHaveRun() {
    return mayHaveRun || !abandoned.isEmpty();
  }

  /** Feeds one input; effects come out in the order in which they must happen. */
  public void step(RetryInput input, Consumer<RetryEffect> effects) {
    if (isFinished()) {
      return; // Late answers and timers of a command that is over.
    }
    switch (input) {
      case RetryInput.Start(var leader, var now) -> onStart(leader, now, effects);
      case RetryInput.Answered(var attempt, var outcome, var now) ->
          onAnswered(attempt, outcome, now, effects);
      case RetryInput.Failed(var attempt, var ran, var reason, var now) -> {
        mayHaveRun |= ran;
        abandoned.remove(attempt);
        lastReason = reason;
        noteHope(attempt, !ran);
        onAttemptOver(attempt, now, effects);
      }
      case RetryInput.LeaderSeen(var leader, var now) -> onLeaderSeen(leader, now, effects);
      case RetryInput.TimerFired(var now) -> onTimer(now, effects);
    }
  }

  private void onStart(Optional<NodeId> leader, MonoTime now, Consumer<RetryEffect> effects) {
    Invariant.check(state instanceof State.Idle, "a command starts once");
    hint = leader;
    if (!now.isBefore(deadline)) {
      finish(
          new CommandOutcome.Refused(busy(), leader, "the deadline passed before a try"), effects);
      return;
    }
    send(now, effects);
  }

  private static CommandOutcome.RefusedBecause busy() {
    return CommandOutcome.RefusedBecause.BUSY;
  }

  private void onAnswered(
      int attempt, CommandOutcome outcome, MonoTime now, Consumer<RetryEffect> effects) {
    switch (outcome) {
      case CommandOutcome.Done done -> finish(done, effects);
      case CommandOutcome.Refused refused -> onRefused(attempt, refused, now, effects);
      case CommandOutcome.Unknown(var reason) -> {
        mayHaveRun = true;
        lastReason = reason;
        onAttemptOver(attempt, now, effects);
      }
    }
  }

  private void onRefused(
      int attempt, CommandOutcome.Refused refused, MonoTime now, Consumer<RetryEffect> effects) {
    abandoned.remove(attempt);
    refused.leader().ifPresent(leader -> hint = Optional.of(leader));
    if (isWaitingForAnother(attempt)) {
      return; // What is on its way may still take effect, whatever this one was refused for.
    }
    lastReason = refused.reason();
    if (refused.why() == CommandOutcome.RefusedBecause.FINAL
        || refused.why() == CommandOutcome.RefusedBecause.NO_ROOM) {
      // An attempt that may have run comes first: this refusal says nothing about that one.
      finish(mayHaveRun() ? new CommandOutcome.Unknown(refused.reason()) : refused, effects);
      return;
    }
    boolean withoutQuorum = refused.why() == CommandOutcome.RefusedBecause.NO_QUORUM;
    saidNoQuorum |= withoutQuorum;
    noteHope(attempt, withoutQuorum);
    if (saidNoQuorum && hopeless.containsAll(targets)) {
      finish(mayHaveRun() ? new CommandOutcome.Unknown(refused.reason()) : refused, effects);
      return;
    }
    onAttemptOver(attempt, now, effects);
  }

  private boolean isWaitingForAnother(int attempt) {
    return state instanceof State.Waiting(int current, _, _) && current != attempt;
  }

  /**
   * Once no target is of any use, and one knows that it is cut off, the deadline brings no more.
   */
  private void noteHope(int attempt, boolean isHopeless) {
    if (state instanceof State.Waiting(int current, NodeId target, _) && current == attempt) {
      if (isHopeless) {
        hopeless.add(target);
      } else {
        hopeless.remove(target);
      }
    }
  }

  private void onAttemptOver(int attempt, MonoTime now, Consumer<RetryEffect> effects) {
    if (!(state instanceof State.Waiting(int current, NodeId target, _)) || current != attempt) {
      return; // An earlier attempt, given up before: what it told is kept.
    }
    boolean isNews = hint.isPresent() && !hint.get().equals(target);
    if (!now.isBefore(deadline)) {
      finishAtDeadline(effects);
    } else if (isNews && hintsFollowed < HINTS_AT_ONCE_MAX) {
      hintsFollowed++;
      send(now, effects);
    } else {
      if (!isNews) {
        hint = Optional.empty(); // It named itself, or failed: the next in turn is a better guess.
      }
      pause(now);
    }
  }

  private void onLeaderSeen(NodeId leader, MonoTime now, Consumer<RetryEffect> effects) {
    hint = Optional.of(leader);
    if (!now.isBefore(deadline)) {
      return;
    }
    switch (state) {
      case State.Pausing _ -> send(now, effects);
      case State.Waiting(int attempt, NodeId target, _) when !target.equals(leader) -> {
        // It was sent to who led before, and may never be answered: dead leaders keep silent.
        abandoned.add(attempt);
        lastReason = target + " leads no more and did not answer";
        send(now, effects);
      }
      case State.Idle _, State.Waiting _, State.Finished _ -> {}
    }
  }

  private void onTimer(MonoTime now, Consumer<RetryEffect> effects) {
    if (now.isBefore(nextDeadline().orElse(now))) {
      return; // A timer that was set for an earlier state.
    }
    if (state instanceof State.Waiting(int attempt, NodeId target, _)) {
      abandoned.add(attempt); // It was sent, and silence says nothing.
      lastReason = target + " did not answer";
      hint = hint.filter(leader -> !leader.equals(target));
    }
    if (!now.isBefore(deadline)) {
      finishAtDeadline(effects);
    } else if (!(state instanceof State.Idle)) {
      send(now, effects);
    }
  }

  private void send(MonoTime now, Consumer<RetryEffect> effects) {
    if (attempts > 0 && deadline.nanosSince(now) < ANSWER_NANOS_MIN) {
      finishAtDeadline(effects); // Silence would hide that all attempts before were refused.
      return;
    }
    NodeId target = hint.orElseGet(this::nextInTurn);
    lastTarget = Optional.of(target);
    attempts++;
    MonoTime until = earlier(now.plus(policy.attemptMax()), deadline);
    state = new State.Waiting(attempts, target, until);
    effects.accept(new RetryEffect.Send(attempts, target, until));
  }

  /** The next in turn, but not the one that just failed if there is another. */
  private NodeId nextInTurn() {
    if (targets.size() > 1 && lastTarget.equals(Optional.of(targets.get(nextTarget)))) {
      nextTarget = (nextTarget + 1) % targets.size();
    }
    NodeId target = targets.get(nextTarget);
    nextTarget = (nextTarget + 1) % targets.size();
    return target;
  }

  private void pause(MonoTime now) {
    hintsFollowed = 0;
    int halfMicros = (int) Math.max(1, pauseNanos / 2000);
    long spanNanos = pauseNanos / 2 + prng.below(halfMicros) * 1000L;
    pauseNanos = Math.min(pauseNanos * 2, policy.pauseMax().toNanos());
    state = new State.Pausing(earlier(now.plusNanos(spanNanos), deadline));
  }

  private void finishAtDeadline(Consumer<RetryEffect> effects) {
    finish(
        mayHaveRun()
            ? new CommandOutcome.Unknown("deadline: " + lastReason)
            : new CommandOutcome.Refused(
                CommandOutcome.RefusedBecause.NO_LEADER, hint, "deadline: " + lastReason),
        effects);
  }

  private void finish(CommandOutcome outcome, Consumer<RetryEffect> effects) {
    state = new State.Finished();
    effects.accept(new RetryEffect.Finished(outcome));
  }

  private static MonoTime earlier(MonoTime a, MonoTime b) {
    return a.isBefore(b) ? a : b;
  }
}
