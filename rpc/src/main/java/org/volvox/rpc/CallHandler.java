package org.volvox.rpc;

import org.volvox.calls.CallException;

/**
 * Serves the calls of a node's {@link RpcServer}. Runs on a virtual thread of its own and may
 * block; methods that the server was told are short run on the event loop and must not block (they
 * read by {@link InboundCall#listen}).
 */
public interface CallHandler {
  /**
   * Serves one call, to its end. If it returns without {@link InboundCall#complete} or {@link
   * InboundCall#fail}, a virtual thread's call is completed; a short one stays open for its
   * listener. An exception fails the call.
   */
  void onCall(InboundCall call) throws CallException, InterruptedException;
}
