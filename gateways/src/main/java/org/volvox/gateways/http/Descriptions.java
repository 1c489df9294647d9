package org.volvox.gateways.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.json.JsonWriter;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.schema.OpenApi;
import org.volvox.calls.schema.Schema;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.gateways.ServiceCalls;
import org.volvox.gateways.Trouble;

/** What a GET tells: the services below a name, or the interface of one. */
final class Descriptions {
  private final ServiceCalls calls;

  Descriptions(ServiceCalls calls) {
    this.calls = calls;
  }

  /**
   * @param name of a service, or of those whose names begin with it where it ends with a slash or
   *     is empty
   */
  String of(String name) throws RefusedException {
    try {
      return name.isEmpty() || name.endsWith("/") ? list(name) : describe(name);
    } catch (IOException | RuntimeException e) {
      JsonCall asked = new JsonCall(name, "", new JsonCall.Arguments.Array("[]"));
      throw new RefusedException(Problem.of(Trouble.of(e, asked, calls)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Problem.of(Trouble.of(e)));
    }
  }

  private String describe(String name) throws IOException, InterruptedException {
    ServiceName service = ServiceName.of(name);
    Schema schema = calls.describe(name, CallOptions.DEFAULT);
    return OpenApi.of(service.shortForm(), schema);
  }

  private String list(String prefix) throws IOException, InterruptedException {
    String path = prefix.startsWith("/") ? prefix : ServiceName.ROOT + prefix;
    Map<ServiceName, List<ServiceRow>> byName = new TreeMap<>();
    for (ServiceRow row : calls.list(path)) {
      byName.computeIfAbsent(row.name(), _ -> new ArrayList<>()).add(row);
    }
    JsonWriter out = new JsonWriter().array();
    byName.forEach((name, rows) ->
        out.object()
            .field("name", name.shortForm())
            .field("type", rows.getFirst().type())
            .field("instances", rows.size())
            .field("healthy", rows.stream().filter(ServiceRow::healthy).count())
            .end());
    return out.end().text();
  }
}
