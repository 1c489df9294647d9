package org.volvox.calls.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.InstanceId;
import org.volvox.base.Invariant;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;

/**
 * The caller's core of one logical call: finds an instance, sends it the request, and again where
 * that is allowed, until there is an answer, the deadline or no hope. One for each call; its owner
 * guards it and gives it {@link InvocationInput.TimerFired} at {@link #nextDeadline}.
 *
 * <ol>
 *   <li>A request of which an attempt may have run is sent to another instance only if it may be
 *       repeated {@link Repeat#ANYWHERE}.
 *   <li>It says that nothing ran only if each attempt was told not to have run, or was never sent.
 *   <li>It ends exactly once, at the latest when its deadline fires, and leaves no attempt open.
 * </ol>
 *
 * <p>All attempts are at the same request by the same key, so that any answer to any of them, even
 * one that was given up and cancelled, is this request's answer: it is taken until the call ends.
 * That one attempt did not run says nothing about the others.
 */
public final class Invocation {
  /** What the calls of one caller to one service share, and the rules. */
  public record Shared(RetryBudget budget, Prng prng, ServiceRules rules) {}

  private sealed interface State {
    record Idle() implements State {}

    record Resolving(boolean isFresh) implements State {}

    record Waiting(int attempt, MonoTime until) implements State {}

    record Pausing(boolean isFresh, MonoTime until) implements State {}

    /** Nothing more is tried; what is open may yet be answered. */
    record Listening() implements State {}

    record Ended() implements State {}
  }

  private final Repeat repeat;
  private final InvocationPolicy policy;
  private final MonoTime deadline;
  private final RetryBudget budget;
  private final Prng prng;
  private final ServiceRules rules;

  private State state = new State.Idle();

  /** Where each attempt went, by its number from 1. */
  private final ArrayList<InstanceId> attempts = new ArrayList<>(1);

  /** Attempts that may yet be answered. */
  private final AttemptSet open = new AttemptSet();

  /** Attempts that may have run. */
  private final AttemptSet inDoubt = new AttemptSet();

  private final ArrayList<InstanceId> failed = new ArrayList<>(0);
  private int pauses;
  private int timeouts;
  private Optional<MonoTime> absentSince = Optional.empty();
  private String lastFailure = "";

  public Invocation(Repeat repeat, InvocationPolicy policy, MonoTime deadline, Shared shared) {
    this.repeat = repeat;
    this.policy = policy;
    this.deadline = deadline;
    budget = shared.budget();
    prng = shared.prng();
    rules = shared.rules();
  }

  /** When {@link InvocationInput.TimerFired} is due; empty before the start and after the end. */
  public Optional<MonoTime> nextDeadline() {
    return switch (state) {
      case State.Idle(), State.Ended() -> Optional.empty();
      case State.Resolving _, State.Listening() -> Optional.of(deadline);
      case State.Waiting(_, var until) -> Optional.of(until);
      case State.Pausing(_, var until) -> Optional.of(until);
    };
  }

  public boolean hasEnded() {
    return state instanceof State.Ended;
  }

  /** Whether some attempt may have run, as far as is known now. */
  public boolean mayHaveRun() {
    return !inDoubt.isEmpty();
  }

  /** Whether the bytes of this attempt may go out: it was neither given up nor is the call over. */
  public boolean mayTell(int attempt) {
    return open.contains(attempt);
  }

  /** Feeds one input; effects come out in the order in which they must happen. */
  public void step(InvocationInput input, Consumer<InvocationEffect> effects) {
    if (hasEnded()) {
      return; // Late answers and timers of a call that is over.
    }
    switch (input) {
      case InvocationInput.Start(var now) -> onStart(now, effects);
      case InvocationInput.Instances(var candidates, var now) -> {
        if (state instanceof State.Resolving(var isFresh)) {
          onInstances(candidates, isFresh, now, effects);
        }
      }
      case InvocationInput.ResolveFailed(var why, var now) -> {
        if (state instanceof State.Resolving(var isFresh)) {
          lastFailure = why;
          pause(isFresh, now, effects);
        }
      }
      case InvocationInput.Sending(var attempt, _) -> {
        if (open.contains(attempt)) {
          inDoubt.add(attempt);
        }
      }
      case InvocationInput.Answered(var attempt, var answer, var now) -> {
        if (attempt >= 1 && attempt <= attempts.size()) {
          onAnswered(attempt, answer, now, effects);
        }
      }
      case InvocationInput.AttemptFailed failure -> {
        if (open.remove(failure.attempt())) {
          onFailed(failure, effects);
        }
      }
      case InvocationInput.TimerFired(var now) -> onTimer(now, effects);
      case InvocationInput.Cancel _ -> end(new InvocationOutcome.Cancelled(mayHaveRun()), effects);
    }
  }

  private void onStart(MonoTime now, Consumer<InvocationEffect> effects) {
    Invariant.check(state instanceof State.Idle, "a call starts once");
    if (!now.isBefore(deadline)) {
      end(new InvocationOutcome.TimedOut(false, "the deadline had passed before"), effects);
      return;
    }
    resolve(false, effects);
  }

  private void resolve(boolean isFresh, Consumer<InvocationEffect> effects) {
    state = new State.Resolving(isFresh);
    effects.accept(new InvocationEffect.Resolve(isFresh));
  }

  private void onInstances(
      List<Candidate> all, boolean isFresh, MonoTime now, Consumer<InvocationEffect> effects) {
    Optional<InstanceId> bound = boundTo();
    List<Candidate> candidates =
        bound.isEmpty()
            ? all
            : all.stream().filter(each -> bound.get().equals(each.instance())).toList();
    if (!candidates.isEmpty()) {
      int start = prng.below(candidates.size());
      List<InstanceId> avoided = rules.avoidsFailed() ? failed : List.of();
      Choice.of(candidates, avoided, start)
          .ifPresent(chosen -> attempt(chosen.instance(), now, effects));
    } else if (!isFresh) {
      resolve(true, effects);
    } else if (bound.isPresent()) {
      stop(bound.get() + " is gone", effects);
    } else {
      onAbsent(now, effects);
    }
  }

  private void onAbsent(MonoTime now, Consumer<InvocationEffect> effects) {
    MonoTime since = absentSince.orElse(now);
    absentSince = Optional.of(since);
    if (now.nanosSince(since) >= policy.absenceMax().toNanos()) {
      stop("no instance is bound", effects);
    } else {
      pause(true, now, effects);
    }
  }

  /** The instance that alone may be sent the request again. */
  private Optional<InstanceId> boundTo() {
    boolean isFree = repeat == Repeat.ANYWHERE || inDoubt.isEmpty() || !rules.staysWithInstance();
    return isFree ? Optional.empty() : Optional.of(instance(inDoubt.first()));
  }

  private void attempt(InstanceId instance, MonoTime now, Consumer<InvocationEffect> effects) {
    if (isPast(now)) {
      endAtDeadline(effects);
      return;
    }
    absentSince = Optional.empty();
    boolean isRepeat = attempts.contains(instance);
    int number = attempts.size() + 1;
    MonoTime until = repeat == Repeat.NEVER ? deadline : earlier(now.plusNanos(span()), deadline);
    // The host may finish what this caller would ask for again.
    MonoTime hostUntil = repeat == Repeat.ANYWHERE ? until : deadline;
    attempts.add(instance);
    open.add(number);
    state = new State.Waiting(number, until);
    effects.accept(new InvocationEffect.Attempt(number, instance, isRepeat, hostUntil));
  }

  private long span() {
    long span = policy.attemptMax().toNanos();
    for (int i = 0; i < timeouts && span < Long.MAX_VALUE / 4; i++) {
      span *= 2;
    }
    return span;
  }

  private void onAnswered(
      int attempt, InvokeAnswer answer, MonoTime now, Consumer<InvocationEffect> effects) {
    boolean isNews = open.remove(attempt);
    switch (answer) {
      case InvokeAnswer.Returned _, InvokeAnswer.Threw _ -> {
        budget.succeeded();
        end(new InvocationOutcome.Answered(answer), effects);
      }
      case InvokeAnswer.NotRun notRun -> onNotRun(attempt, notRun, effects);
    }
    if (isNews && answer instanceof InvokeAnswer.NotRun notRun && !hasEnded()) {
      onOver(attempt, notRun.reason() != InvokeAnswer.NotRun.Reason.FORGOTTEN, now, effects);
    }
  }

  private void onNotRun(
      int attempt, InvokeAnswer.NotRun answer, Consumer<InvocationEffect> effects) {
    lastFailure = where(attempt) + " did not run it: " + answer.text();
    boolean isForgotten = answer.reason() == InvokeAnswer.NotRun.Reason.FORGOTTEN;
    if (!isForgotten) {
      inDoubt.remove(attempt);
    }
    if (isForgotten ? !rules.endsAtForgotten() : !rules.keepsDoubt()) {
      inDoubt.clear();
    }
    if (answer.reason() == InvokeAnswer.NotRun.Reason.BUSY) {
      budget.failed();
    }
    boolean isFinal = !isForgotten && !answer.reason().isWorthAnother();
    if (isFinal) {
      end(
          mayHaveRun()
              ? new InvocationOutcome.Unavailable(true, lastFailure)
              : new InvocationOutcome.Answered(answer),
          effects);
    }
  }

  private void onFailed(InvocationInput.AttemptFailed failure, Consumer<InvocationEffect> effects) {
    lastFailure = where(failure.attempt()) + ": " + failure.why();
    if (!failure.mayHaveRun() || !rules.doubtsFailures()) {
      inDoubt.remove(failure.attempt());
    } else {
      inDoubt.add(failure.attempt());
    }
    budget.failed();
    onOver(failure.attempt(), true, failure.now(), effects);
  }

  /** An attempt is over without an answer; if it is the one that is waited for, what is next? */
  private void onOver(
      int attempt, boolean isWorthMore, MonoTime now, Consumer<InvocationEffect> effects) {
    failed.add(instance(attempt));
    if (state instanceof State.Waiting(int current, _) && current == attempt) {
      next(isWorthMore || !rules.endsAtForgotten(), now, effects);
    } else if (state instanceof State.Listening) {
      stop("nothing is left to wait for", effects);
    }
  }

  private void next(boolean isWorthMore, MonoTime now, Consumer<InvocationEffect> effects) {
    if (!isWorthMore) {
      stop("it may have run", effects);
    } else if (repeat == Repeat.NEVER && mayHaveRun()) {
      stop("it may have run, and may not be repeated", effects);
    } else if (!mayRepeat()) {
      stop(whyNotAgain(), effects);
    } else {
      pause(true, now, effects);
    }
  }

  private boolean mayRepeat() {
    return attempts.size() < policy.attemptsMax() && (budget.allows() || !rules.keepsBudget());
  }

  private String whyNotAgain() {
    return budget.allows()
        ? "tried " + attempts.size() + " times"
        : "too many calls fail for trying again";
  }

  private void pause(boolean isFresh, MonoTime now, Consumer<InvocationEffect> effects) {
    long span = policy.pauseMin().toNanos();
    for (int i = 0; i < pauses && span < policy.pauseMax().toNanos(); i++) {
      span *= 2;
    }
    span = Math.min(span, policy.pauseMax().toNanos());
    pauses++;
    int micros = (int) Math.max(1, Math.min(span / 1000, Integer.MAX_VALUE));
    MonoTime until = now.plusNanos(1000L * (1 + prng.below(micros)));
    state = new State.Pausing(isFresh, earlier(until, deadline));
    if (isPast(now)) {
      endAtDeadline(effects);
    }
  }

  private void onTimer(MonoTime now, Consumer<InvocationEffect> effects) {
    if (now.isBefore(nextDeadline().orElse(now))) {
      return; // A timer that was set for an earlier state.
    }
    if (isPast(now)) {
      endAtDeadline(effects);
      return;
    }
    if (state instanceof State.Pausing(var isFresh, _)) {
      resolve(isFresh, effects);
    } else if (state instanceof State.Waiting(int attempt, _)) {
      onSilence(attempt, now, effects);
    }
  }

  private void onSilence(int attempt, MonoTime now, Consumer<InvocationEffect> effects) {
    timeouts++;
    budget.failed();
    if (!mayRepeat()) {
      state = new State.Listening();
      return;
    }
    lastFailure = where(attempt) + " did not answer";
    failed.add(instance(attempt));
    // Where a repetition joins the run it must not be interrupted.
    if (repeat == Repeat.ANYWHERE || !inDoubt.contains(attempt)) {
      open.remove(attempt);
      effects.accept(new InvocationEffect.CancelAttempt(attempt));
    }
    pause(true, now, effects);
  }

  private boolean isPast(MonoTime now) {
    return rules.endsAtDeadline() && !now.isBefore(deadline);
  }

  /** Nothing more is tried; it ends unless an attempt may yet be answered. */
  private void stop(String why, Consumer<InvocationEffect> effects) {
    if (open.isEmpty()) {
      String text = lastFailure.isEmpty() ? why : lastFailure + " (" + why + ")";
      end(new InvocationOutcome.Unavailable(mayHaveRun(), text), effects);
    } else {
      state = new State.Listening();
    }
  }

  private void endAtDeadline(Consumer<InvocationEffect> effects) {
    String phase =
        switch (state) {
          case State.Idle(), State.Ended() -> "nothing";
          case State.Resolving _ -> "asking which instances there are";
          case State.Waiting(int attempt, _) ->
              (inDoubt.contains(attempt) ? "waiting for the answer of " : "connecting to ")
                  + where(attempt);
          case State.Pausing _ -> "waiting to try again";
          case State.Listening() -> "waiting for the answer of " + where(open.last());
        };
    String before = lastFailure.isEmpty() ? "" : "; before: " + lastFailure;
    end(new InvocationOutcome.TimedOut(mayHaveRun(), "deadline while " + phase + before), effects);
  }

  private void end(InvocationOutcome outcome, Consumer<InvocationEffect> effects) {
    state = new State.Ended();
    if (rules.cancelsRest()) {
      open.forEach(attempt -> effects.accept(new InvocationEffect.CancelAttempt(attempt)));
    }
    open.clear();
    effects.accept(new InvocationEffect.Ended(outcome));
  }

  private String where(int attempt) {
    return "instance " + instance(attempt);
  }

  private InstanceId instance(int attempt) {
    return attempts.get(attempt - 1);
  }

  private static MonoTime earlier(MonoTime a, MonoTime b) {
    return a.isBefore(b) ? a : b;
  }
}
