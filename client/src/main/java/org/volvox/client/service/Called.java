package org.volvox.client.service;

import org.volvox.base.Bytes;
import org.volvox.base.syscall.ServiceName;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.service.Repeat;
import org.volvox.rpc.OutboundCall;

/** What is called, whichever instance it goes to. Used for one call, by one thread at a time. */
interface Called {
  ServiceName service();

  /** As people call it, such as CalcService.add. */
  String text();

  Repeat repeat();

  /** Whether the caller gives items or takes them, so that the call outlives its first answer. */
  boolean isStreaming();

  /** Whether items follow the request. */
  boolean hasItems();

  /** Whether the answer shall say what took how long. */
  boolean wantsSteps();

  /**
   * The request in the layout of an instance.
   *
   * @throws ServiceException if the instance's interface has no such method
   * @throws IllegalArgumentException if the arguments cannot be sent
   */
  Packed pack(Described host);

  /** Sends the items behind the request, if there are any; returns soon. */
  void sendItems(OutboundCall call, Described host);

  /** The method's number and its arguments. */
  record Packed(int selector, Bytes arguments) {}

  /** An instance's interface. */
  record Described(long digest, Schema schema) {}
}
