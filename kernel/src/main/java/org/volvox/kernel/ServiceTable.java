package org.volvox.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.ServiceAsk;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceLimits;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServicePage;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.base.syscall.Status;

/**
 * Which services there are and where their instances listen; a part of {@link RootMachine}. A row
 * is its session's: only that changes it, and it ends with it. The table has a version, which grows
 * with each change and with nothing else: two states of the same version have the same rows.
 */
public final class ServiceTable implements Part {
  private final ServiceRows rows = new ServiceRows();

  @Override
  public int range() {
    return ServiceCall.RANGE;
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    try {
      return switch (ServiceCall.decode(command.type(), command.body())) {
        case ServiceCall.Bind bind -> bind(bind, command, stamp, batch).encode();
        case ServiceCall.Unbind(var instance) -> unbind(instance, command, batch).encode();
        case ServiceCall.Health health -> health(health, command, batch).encode();
      };
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private Result bind(
      ServiceCall.Bind call, Command command, Stamp stamp, OrderedStore.Batch batch) {
    if (command.session().equals(SessionId.NONE)) {
      return Result.refused(Status.INVALID, "an instance is bound within a session");
    }
    Optional<Result> refusal = refusalOf(call);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Optional<ServiceRow> before = rows.find(call.instance(), batch);
    if (before.isPresent() && !before.get().session().equals(command.session())) {
      return Result.refused(
          Status.EXISTS, "instance " + call.instance() + " is bound by another session");
    }
    if (before.isPresent() && !before.get().name().equals(call.name())) {
      return Result.refused(
          Status.INVALID, "instance " + call.instance() + " is bound as " + before.get().name());
    }
    ServiceRow row =
        new ServiceRow(
            call.name(),
            call.instance(),
            command.session(),
            command.principal(),
            call.interfaceName(),
            call.schemaDigest(),
            call.endpoints(),
            before.map(ServiceRow::healthy).orElse(true),
            before.map(ServiceRow::healthText).orElse(""),
            before.map(ServiceRow::sinceMillis).orElse(stamp.wall().millis()),
            call.where());
    if (before.isPresent()) {
      return replace(before.get(), row, batch);
    }
    Optional<Result> full = rows.whyFull(row, batch);
    if (full.isPresent()) {
      return full.get();
    }
    rows.insert(row, batch);
    return Result.ok(row.encode());
  }

  private Result replace(ServiceRow before, ServiceRow after, OrderedStore.Batch batch) {
    if (!after.equals(before)) {
      rows.replace(before, after, batch);
    }
    return Result.ok(after.encode());
  }

  private static Optional<Result> refusalOf(ServiceCall.Bind call) {
    if (call.instance().equals(InstanceId.NONE)) {
      return Optional.of(Result.refused(Status.INVALID, "an instance has an id"));
    }
    if (call.endpoints().size() > ServiceLimits.ENDPOINTS_MAX) {
      return Optional.of(
          Result.refused(
              Status.TOO_LARGE,
              call.endpoints().size()
                  + " endpoints of one instance, at most "
                  + ServiceLimits.ENDPOINTS_MAX));
    }
    for (String endpoint : call.endpoints()) {
      if (!endpoint.startsWith("tls:") && !endpoint.startsWith("unix:")) {
        return Optional.of(
            Result.refused(
                Status.INVALID, "an endpoint begins with tls: or unix:, not " + endpoint));
      }
      Optional<Result> refusal =
          refusalOf("an endpoint", endpoint, ServiceLimits.ENDPOINT_BYTES_MAX);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return refusalOf("an interface's name", call.interfaceName(), ServiceLimits.TEXT_BYTES_MAX)
        .or(() -> refusalOf("a program's place", call.where(), ServiceLimits.TEXT_BYTES_MAX));
  }

  private static Optional<Result> refusalOf(String what, String text, int bytesMax) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > bytesMax) {
      return Optional.of(
          Result.refused(Status.TOO_LARGE, what + " of " + bytes + " bytes, at most " + bytesMax));
    }
    return text.chars().anyMatch(Character::isISOControl)
        ? Optional.of(Result.refused(Status.INVALID, "a control character in " + what))
        : Optional.empty();
  }

  private Result unbind(InstanceId instance, Command command, OrderedStore.Batch batch) {
    Optional<ServiceRow> row = rows.find(instance, batch);
    Optional<Result> refusal = whyNotHis(instance, row, command);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    rows.remove(row.orElseThrow(), batch);
    return Result.DONE;
  }

  private Result health(ServiceCall.Health call, Command command, OrderedStore.Batch batch) {
    Optional<ServiceRow> row = rows.find(call.instance(), batch);
    Optional<Result> refusal =
        refusalOf("a health text", call.text(), ServiceLimits.TEXT_BYTES_MAX)
            .or(() -> whyNotHis(call.instance(), row, command));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    ServiceRow before = row.orElseThrow();
    return replace(before, before.withHealth(call.healthy(), call.text()), batch);
  }

  private static Optional<Result> whyNotHis(
      InstanceId instance, Optional<ServiceRow> row, Command command) {
    if (row.isEmpty()) {
      return Optional.of(
          Result.refused(Status.NOT_FOUND, "no instance " + instance + " of a service"));
    }
    return row.get().session().equals(command.session())
        ? Optional.empty()
        : Optional.of(
            Result.refused(
                Status.NOT_PERMITTED,
                "instance "
                    + instance
                    + " of "
                    + row.get().name()
                    + " was bound by "
                    + row.get().principal()
                    + " in another session"));
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      return switch (ServiceAsk.decode(type, request)) {
        case ServiceAsk.Of(var name) -> Result.ok(of(name, state).encode()).encode();
        case ServiceAsk.All(var prefix, var after, var limit) ->
            Result.ok(page(prefix, after, limit, state).encode()).encode();
      };
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private ServicePage of(ServiceName name, OrderedStore.Reader state) {
    List<ServiceRow> found = new ArrayList<>();
    rows.ofName(name, state, (_, row) -> found.add(ServiceRows.decode(row)));
    return new ServicePage(found, false);
  }

  private ServicePage page(
      String prefix, Optional<ServiceRow.Key> after, int limit, OrderedStore.Reader state) {
    int rowsMax = Math.clamp(limit, 1, ServiceLimits.PAGE_MAX);
    List<ServiceRow> found = new ArrayList<>();
    int[] bytes = {0};
    boolean[] more = {false};
    rows.scan(
        prefix,
        after,
        state,
        (_, row) -> {
          more[0] = found.size() == rowsMax || bytes[0] >= ServiceLimits.PAGE_BYTES_MAX;
          if (!more[0]) {
            found.add(ServiceRows.decode(row));
            bytes[0] += row.length();
          }
          return !more[0];
        });
    return new ServicePage(found, more[0]);
  }

  /** How often the table was changed. */
  public static long version(OrderedStore.Reader state) {
    return ServiceRows.counters(state).version();
  }

  /** Visits all rows as they are encoded, in order; a key is a row's as long as that is there. */
  public static void visit(OrderedStore.Reader state, OrderedStore.Visitor visitor) {
    new ServiceRows().scan("", Optional.empty(), state, visitor);
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    for (InstanceId instance : rows.ofSession(session, batch)) {
      rows.find(instance, batch).ifPresent(row -> rows.remove(row, batch));
    }
  }
}
