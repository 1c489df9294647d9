package org.volvox.rpc;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;

/** Collects the one answer of a call into a future. */
final class Asking implements CallListener {
  private final ShellCall call;
  private final CompletableFuture<Bytes> future = new CompletableFuture<>();
  private @Nullable Bytes answer;

  private Asking(ShellCall call) {
    this.call = call;
  }

  static CompletableFuture<Bytes> ask(ShellCall call, Bytes request) {
    Asking asking = new Asking(call);
    call.listen(asking);
    // The first message of a call always finds room, unless the call is over and onEnd told so.
    boolean ignored = call.trySend(request);
    call.finish();
    return asking.future;
  }

  @Override
  public void onMessage(Bytes message) {
    if (answer != null) {
      call.cancel();
      future.completeExceptionally(
          new CallException(CallStatus.MALFORMED, call.method() + ": more than one answer"));
    }
    answer = message;
  }

  @Override
  public void onEnd(Optional<CallException> failure) {
    if (failure.isPresent()) {
      future.completeExceptionally(failure.get());
    } else if (answer == null) {
      future.completeExceptionally(
          new CallException(CallStatus.MALFORMED, call.method() + ": completed without an answer"));
    } else {
      future.complete(answer);
    }
  }
}
