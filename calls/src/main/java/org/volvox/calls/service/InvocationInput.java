package org.volvox.calls.service;

import java.util.List;
import org.volvox.base.MonoTime;

/** What happens to an {@link Invocation}. */
public sealed interface InvocationInput {
  MonoTime now();

  /** Once, before all others. */
  record Start(MonoTime now) implements InvocationInput {}

  /** The answer to {@link InvocationEffect.Resolve}. */
  record Instances(List<Candidate> candidates, MonoTime now) implements InvocationInput {
    public Instances {
      candidates = List.copyOf(candidates);
    }
  }

  /** No answer to {@link InvocationEffect.Resolve}. */
  record ResolveFailed(String why, MonoTime now) implements InvocationInput {}

  /**
   * There is a connection, and the first byte is about to go out. To be given before it goes, which
   * it must do only if {@link Invocation#mayTell} says so afterwards: an attempt that was never on
   * its way has certainly not run.
   */
  record Sending(int attempt, MonoTime now) implements InvocationInput {}

  record Answered(int attempt, InvokeAnswer answer, MonoTime now) implements InvocationInput {}

  /** There was no connection, or it broke, or the transport or the host's end of it refused. */
  record AttemptFailed(int attempt, boolean mayHaveRun, String why, MonoTime now)
      implements InvocationInput {}

  record TimerFired(MonoTime now) implements InvocationInput {}

  /** Who called wants the result no more. */
  record Cancel(MonoTime now) implements InvocationInput {}
}
