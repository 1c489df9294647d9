package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;

/** Small handlers for tests. */
final class Handlers {
  private Handlers() {}

  /** Sends every message back, on the event loop for short methods. */
  static void echo(InboundCall call) throws CallException, InterruptedException {
    if (call.method() == Method.STATUS) {
      call.listen(new Echo(call));
      return;
    }
    for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
      call.send(next.get());
    }
  }

  private record Echo(InboundCall call) implements CallListener {
    @Override
    public void onMessage(Bytes message) {
      call.trySend(message);
      call.complete();
    }

    @Override
    public void onEnd(Optional<CallException> failure) {}
  }
}
