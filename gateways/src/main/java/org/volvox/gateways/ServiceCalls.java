package org.volvox.gateways;

import java.io.IOException;
import java.util.List;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.schema.Schema;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.JsonReply;

/** What the gateways want of the cluster's services. */
public interface ServiceCalls {
  /** Who is bound to names whose paths begin with this. */
  List<ServiceRow> list(String prefix) throws IOException, InterruptedException;

  /** The interface of a service. */
  Schema describe(String service, CallOptions options) throws IOException, InterruptedException;

  /**
   * Calls, and fails as {@link org.volvox.client.service.JsonCalls} does.
   *
   * @param asker for whom, as the client's certificate proves it; empty if nothing does
   */
  JsonReply call(String asker, JsonCall call, CallOptions options)
      throws IOException, InterruptedException;
}
