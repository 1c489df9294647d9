package org.volvox.rpc;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;

/** Waits for the one answer of a call, or collects it into a future. */
final class Asking implements CallListener {
  private final ShellCall call;
  private final CompletableFuture<Bytes> future = new CompletableFuture<>();
  private @Nullable Bytes answer;

  private Asking(ShellCall call) {
    this.call = call;
  }

  /** Asks by a call with which nothing has been done yet. */
  static CompletableFuture<Bytes> ask(ShellCall call, Bytes request) {
    Asking asking = new Asking(call);
    call.ask(request, asking);
    return asking.future;
  }

  /** Waits for the only answer of a call that was asked, and its end. */
  static Bytes await(ShellCall call) throws CallException, InterruptedException {
    Bytes answer = call.receive().orElseThrow(() -> noAnswer(call));
    if (call.receive().isPresent()) {
      call.cancel();
      throw moreAnswers(call);
    }
    return answer;
  }

  private static CallException noAnswer(ShellCall call) {
    return new CallException(CallStatus.MALFORMED, call.method() + ": completed without an answer");
  }

  private static CallException moreAnswers(ShellCall call) {
    return new CallException(CallStatus.MALFORMED, call.method() + ": more than one answer");
  }

  @Override
  public void onMessage(Bytes message) {
    if (answer != null) {
      call.cancel();
      future.completeExceptionally(moreAnswers(call));
    }
    answer = message;
  }

  @Override
  public void onEnd(Optional<CallException> failure) {
    if (failure.isPresent()) {
      future.completeExceptionally(failure.get());
    } else if (answer == null) {
      future.completeExceptionally(noAnswer(call));
    } else {
      future.complete(answer);
    }
  }
}
