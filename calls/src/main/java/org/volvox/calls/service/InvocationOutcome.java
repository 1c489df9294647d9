package org.volvox.calls.service;

/** How a call ended for who made it. Where it may have run it may also run yet. */
public sealed interface InvocationOutcome {
  /** What the host said: it ran, or no attempt ran and none ever will. */
  record Answered(InvokeAnswer answer) implements InvocationOutcome {}

  /** The deadline passed; the text says during what. */
  record TimedOut(boolean mayHaveRun, String text) implements InvocationOutcome {}

  /** No instance answered, and to try again is of no use or not allowed. */
  record Unavailable(boolean mayHaveRun, String text) implements InvocationOutcome {}

  /** Its caller gave it up. */
  record Cancelled(boolean mayHaveRun) implements InvocationOutcome {}
}
