package org.volvox.node.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Invariant;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;

/** Waiting for futures that this module's own threads complete. */
final class Futures {
  private Futures() {}

  /** The value of a future that never fails; empty when the time is over before. */
  static <T> Optional<T> await(CompletableFuture<T> future, Duration timeout)
      throws InterruptedException {
    try {
      return Optional.of(future.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw Invariant.broken("a future failed that never fails: " + e.getCause());
    }
  }

  /** The answer of a call that fails with a {@link CallException}. */
  static <T> T awaitCall(CompletableFuture<T> future, Duration timeout)
      throws CallException, InterruptedException {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new CallException(CallStatus.DEADLINE, "no answer in time");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CallException call
          ? call
          : new CallException(CallStatus.FAILED, reason(e.getCause()));
    }
  }

  /** What a failure really is, without the wrappers that futures put around it. */
  static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  static String reason(@Nullable Throwable failure) {
    Throwable cause = cause(failure);
    return cause == null || cause.getMessage() == null ? "no answer" : cause.getMessage();
  }
}
