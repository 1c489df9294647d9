package org.volvox.node.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandRetry;
import org.volvox.calls.RetryEffect;
import org.volvox.calls.RetryInput;

/**
 * One command on its way to whoever leads: a {@link CommandRetry} driven from any thread, with no
 * thread of its own.
 *
 * <ol>
 *   <li>One thread at a time steps the core; what comes meanwhile is left to it.
 *   <li>No lock is held while an attempt is begun or the outcome is told.
 * </ol>
 */
final class Bringing {
  /** Begins an attempt; what becomes of it comes back through {@link #offer}, from any thread. */
  interface Sender {
    void send(Bringing from, RetryEffect.Send send);
  }

  private final Bytes command;
  private final CommandRetry retry;
  private final Sender sender;
  private final CompletableFuture<CommandOutcome> outcome = new CompletableFuture<>();
  private final ArrayDeque<RetryInput> inputs = new ArrayDeque<>();
  private int open;
  private boolean isStepping;
  private boolean hasBegun;
  private boolean isOver;
  private Optional<MonoTime> due = Optional.empty();

  Bringing(Bytes command, CommandRetry retry, Sender sender) {
    this.command = command;
    this.retry = retry;
    this.sender = sender;
  }

  Bytes command() {
    return command;
  }

  /** What becomes of it; never fails. */
  CompletableFuture<CommandOutcome> outcome() {
    return outcome;
  }

  /** Feeds an input; unless another thread is at it, all that follows from it is done at once. */
  void offer(RetryInput input) {
    synchronized (this) {
      hasBegun = true;
      inputs.add(input);
      if (isStepping) {
        return;
      }
      isStepping = true;
    }
    List<RetryEffect> effects = new ArrayList<>(1);
    while (step(effects)) {
      effects.forEach(this::begin);
      effects.clear();
    }
  }

  private synchronized boolean step(List<RetryEffect> effects) {
    RetryInput input = inputs.poll();
    if (input == null || isOver) {
      isStepping = false;
      return false;
    }
    if (input instanceof RetryInput.Answered || input instanceof RetryInput.Failed) {
      open--;
    }
    retry.step(input, effects::add);
    for (RetryEffect effect : effects) {
      open += effect instanceof RetryEffect.Send ? 1 : 0;
    }
    due = retry.nextDeadline();
    return true;
  }

  private void begin(RetryEffect effect) {
    switch (effect) {
      case RetryEffect.Send send -> sender.send(this, send);
      case RetryEffect.Finished(var end) -> outcome.complete(end);
    }
  }

  /** Whether the core waits for the time that has come now. */
  synchronized boolean isDue(MonoTime now) {
    return due.map(at -> !now.isBefore(at)).orElse(false);
  }

  /** Whether it waits for nobody's answer, only for a leader or for better times. */
  synchronized boolean isIdle() {
    return hasBegun && !isOver && open == 0 && !isStepping;
  }

  /** Ends it if it is idle still: a refusal if no attempt may have run, and none is begun later. */
  void giveUp(CommandOutcome.Refused refusal) {
    boolean mayHaveRun;
    synchronized (this) {
      if (!isIdle()) {
        return;
      }
      isOver = true;
      mayHaveRun = retry.mayHaveRun();
    }
    outcome.complete(mayHaveRun ? new CommandOutcome.Unknown(refusal.reason()) : refusal);
  }
}
