package org.volvox.gateways;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.schema.Schema;
import org.volvox.client.Volvox;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.JsonReply;
import org.volvox.client.service.Services;

/** Calls through a client that is made for the first of them. */
public final class ClientCalls implements ServiceCalls {
  private final Opening opening;
  private Optional<Volvox> client = Optional.empty();

  /** Makes the client. */
  public interface Opening {
    Volvox open() throws IOException;
  }

  public ClientCalls(Opening opening) {
    this.opening = opening;
  }

  private synchronized Services services() throws IOException {
    if (client.isEmpty()) {
      client = Optional.of(opening.open());
    }
    return client.get().services();
  }

  @Override
  public List<ServiceRow> list(String prefix) throws IOException, InterruptedException {
    return services().list(prefix);
  }

  @Override
  public Schema describe(String service, CallOptions options)
      throws IOException, InterruptedException {
    return services().json().describe(service, options);
  }

  @Override
  public JsonReply call(String asker, JsonCall call, CallOptions options) throws IOException {
    return services().json().onBehalfOf(asker).call(call, options);
  }
}
