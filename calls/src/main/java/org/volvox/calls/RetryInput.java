package org.volvox.calls;

import java.util.Optional;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/** What a {@link CommandRetry} is told. */
public sealed interface RetryInput {
  MonoTime now();

  /** Begins; once, and first. {@code leader} is where to try first, if the owner knows one. */
  record Start(Optional<NodeId> leader, MonoTime now) implements RetryInput {}

  /** The target of this attempt answered. Late answers of earlier attempts are welcome. */
  record Answered(int attempt, CommandOutcome outcome, MonoTime now) implements RetryInput {}

  /**
   * The attempt ended without an answer.
   *
   * @param mayHaveRun false only if the request certainly never reached a handler
   */
  record Failed(int attempt, boolean mayHaveRun, String reason, MonoTime now)
      implements RetryInput {}

  /** The owner learnt who leads. */
  record LeaderSeen(NodeId leader, MonoTime now) implements RetryInput {}

  /** The time of {@link CommandRetry#nextDeadline} has come. */
  record TimerFired(MonoTime now) implements RetryInput {}
}
