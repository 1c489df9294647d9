package org.volvox.client.service;

import org.jspecify.annotations.Nullable;
import org.volvox.calls.CallException;
import org.volvox.rpc.OutboundCall;

/** Sends the items of a call that has just begun, on a thread of its own. */
final class ItemSender {
  private ItemSender() {}

  static void start(OutboundCall call, @Nullable Object source, Items.Codec codec) {
    CallContext context = CallContext.orNone();
    Thread.ofVirtual().name("items out").start(() -> send(call, source, codec, context));
  }

  private static void send(
      OutboundCall call, @Nullable Object source, Items.Codec codec, CallContext context) {
    try {
      context.call(() -> {
        Items.send(call, source, codec);
        return call;
      });
      call.finish();
    } catch (CallException over) {
      // The other end wants no more, or is gone; whoever waits for the answer hears of it.
      call.finish();
    } catch (Exception failed) {
      call.cancel();
    }
  }
}
