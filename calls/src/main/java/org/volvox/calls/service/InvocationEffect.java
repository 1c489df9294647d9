package org.volvox.calls.service;

import org.volvox.base.InstanceId;
import org.volvox.base.MonoTime;

/** What an {@link Invocation} wants done. */
public sealed interface InvocationEffect {
  /**
   * Say which instances there are.
   *
   * @param isFresh asked anew of the cluster: what is known here has led to a failure
   */
  record Resolve(boolean isFresh) implements InvocationEffect {}

  /**
   * Send the request, by the key of this call.
   *
   * @param isRepeat the same instance was tried before; over a new connection, unless the old one
   *     was heard of since
   * @param until the host need not go on after it
   */
  record Attempt(int number, InstanceId instance, boolean isRepeat, MonoTime until)
      implements InvocationEffect {}

  /** Nobody waits for this attempt; the host shall hear of it if it heard of the attempt. */
  record CancelAttempt(int number) implements InvocationEffect {}

  /** The last effect. */
  record Ended(InvocationOutcome outcome) implements InvocationEffect {}
}
