package org.volvox.node.serve;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.node.measure.CallTimes;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.InboundCall;

/**
 * Serves a call of one request and one answer without a thread that waits: the request begins the
 * work on the event loop, and whoever ends the work sends the answer.
 */
final class OneAnswer implements CallListener {
  private final InboundCall call;
  private final CallTimes times;
  private final long begunNanos = System.nanoTime();
  private final Function<Bytes, CompletableFuture<Bytes>> work;
  private boolean isBegun;

  private OneAnswer(
      InboundCall call, CallTimes times, Function<Bytes, CompletableFuture<Bytes>> work) {
    this.call = call;
    this.times = times;
    this.work = work;
  }

  /** The work must not block, and its future fails with a {@link CallException} at most. */
  static void serve(
      InboundCall call, CallTimes times, Function<Bytes, CompletableFuture<Bytes>> work) {
    call.listen(new OneAnswer(call, times, work));
  }

  @Override
  public void onMessage(Bytes message) {
    if (isBegun) {
      call.fail(CallStatus.MALFORMED, call.method() + ": more than one request");
      return;
    }
    isBegun = true;
    var _ = work.apply(message).whenComplete(this::answer);
  }

  private void answer(@Nullable Bytes answer, @Nullable Throwable failure) {
    times.over(call.method(), begunNanos, answer == null);
    if (answer == null) {
      boolean isKnown = Futures.cause(failure) instanceof CallException;
      CallStatus status =
          Futures.cause(failure) instanceof CallException known
              ? known.status()
              : CallStatus.FAILED;
      call.fail(status, (isKnown ? "" : call.method() + " failed: ") + Futures.reason(failure));
    } else {
      // False if the call is over: its caller gave up, and nobody waits.
      boolean ignored = call.tryAnswer(answer);
    }
  }

  @Override
  public void onHalfClosed() {
    if (!isBegun) {
      call.fail(CallStatus.MALFORMED, call.method() + ": no request was sent");
    }
  }

  @Override
  public void onEnd(Optional<CallException> failure) {
    // What was begun goes on: a caller that gave up may ask again for what became of it.
  }
}
