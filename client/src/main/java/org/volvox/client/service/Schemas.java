package org.volvox.client.service;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.schema.Schema;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.OutboundCall;

/** The schemas of instances, asked for once each. */
final class Schemas {
  private static final int KEPT_MAX = 1_000;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  /** By service too: a digest is not proof against who wants two schemas to have the same. */
  private record Key(ServiceName service, long digest) {}

  private final Map<Key, Called.Described> kept = new ConcurrentHashMap<>();

  Called.Described of(ServiceRow row, BlockingConnection host)
      throws CallException, InterruptedException {
    Called.Described known = kept.get(key(row));
    return known == null ? ask(row, host) : known;
  }

  private static Key key(ServiceRow row) {
    return new Key(row.name(), row.schemaDigest());
  }

  private Called.Described ask(ServiceRow row, BlockingConnection host)
      throws CallException, InterruptedException {
    String what = "the interface of " + row.name().shortForm();
    try (OutboundCall call = host.open(Method.DESCRIBE, ANSWER_MAX)) {
      Schema schema = Schema.decode(call.ask(ServiceHost.describe(row.instance())));
      if (schema.digest() != row.schemaDigest()) {
        throw new CallException(CallStatus.MALFORMED, what + " is not the one it was bound with");
      }
      Called.Described described = new Called.Described(row.schemaDigest(), schema);
      if (kept.size() >= KEPT_MAX) {
        kept.clear();
      }
      kept.put(key(row), described);
      return described;
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, what + " cannot be read: " + e.getMessage());
    }
  }
}
