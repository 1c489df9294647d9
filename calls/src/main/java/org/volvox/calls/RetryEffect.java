package org.volvox.calls;

import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/** What a {@link CommandRetry} wants done. */
public sealed interface RetryEffect {
  /** Send the very same command bytes (same session and seq) to the target. */
  record Send(int attempt, NodeId target, MonoTime deadline) implements RetryEffect {}

  /** The end; nothing comes after it. */
  record Finished(CommandOutcome outcome) implements RetryEffect {}
}
