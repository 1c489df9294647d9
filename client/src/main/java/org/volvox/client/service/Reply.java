package org.volvox.client.service;

import org.jspecify.annotations.Nullable;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.rpc.OutboundCall;

/**
 * What came back.
 *
 * @param row the instance that answered
 * @param call goes on if items follow
 */
record Reply(
    InvokeAnswer answer,
    ServiceRow row,
    Called.Described host,
    @Nullable OutboundCall call,
    Timing timing) {

  /**
   * What took how long here.
   *
   * @param packNanos making the request
   * @param awayNanos from sending it to the answer
   * @param requestBytes of the arguments
   * @param sentClock the Lamport clock behind the send
   * @param returnedClock the Lamport clock when the answer was here
   */
  record Timing(
      long packNanos, long awayNanos, int requestBytes, long sentClock, long returnedClock) {}
}
