package org.volvox.client.service;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.schema.JsonOut;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeRef;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.marshal.RemoteServiceException;

/** Calls of services by JSON, without a class of their interface. */
@Api
public final class JsonCalls {
  private final ServiceCaller caller;
  private final String asker;

  JsonCalls(ServiceCaller caller) {
    this(caller, "");
  }

  private JsonCalls(ServiceCaller caller, String asker) {
    this.caller = caller;
    this.asker = asker;
  }

  /**
   * Calls that this program makes for somebody else, as a gateway does: whoever serves them finds
   * the name in {@link CallContext#caller}, as this program's word.
   *
   * @param principal as {@link CallContext#principal} would be; empty: for itself
   */
  public JsonCalls onBehalfOf(String principal) {
    return new JsonCalls(caller, principal);
  }

  /**
   * The interface of a service, as one of its instances has it.
   *
   * @throws ServiceException if there is no instance, or none answers
   * @throws IOException if the cluster does not say which instances there are
   */
  public Schema describe(String service, CallOptions options)
      throws IOException, InterruptedException {
    return described(ServiceName.of(service), options).schema();
  }

  private Called.Described described(ServiceName name, CallOptions options)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    List<ServiceRow> rows = caller.directory().instances(name, options.timeout());
    if (rows.isEmpty()) {
      rows = caller.directory().fresh(name, left(options, begun));
    }
    String why = "no instance is bound";
    for (ServiceRow row : rows) {
      try {
        return caller.schemas().of(row, caller.links().to(row, left(options, begun)));
      } catch (CallException e) {
        why = "instance " + row.instance() + ": " + e.getMessage();
      }
    }
    throw new ServiceException(
        ServiceException.Kind.UNAVAILABLE, false, name.shortForm() + ": " + why);
  }

  private static Duration left(CallOptions options, long begunNanos) {
    long left = options.timeout().toNanos() - (System.nanoTime() - begunNanos);
    return Duration.ofNanos(Math.max(1, left));
  }

  /**
   * Calls and waits for the answer.
   *
   * @throws ServiceException if there is no such method, the arguments do not fit it, or no answer
   * @throws RemoteServiceException what the method threw
   * @throws IllegalArgumentException if the name cannot be a service's
   */
  public JsonReply call(JsonCall call, CallOptions options) {
    ServiceName name = ServiceName.of(call.service());
    try {
      JsonCalled called = new JsonCalled(name, call, described(name, options).schema());
      return reply(called, made(called, options));
    } catch (InterruptedException e) {
      throw CallFailures.interrupted();
    } catch (IOException e) {
      ServiceException failed =
          new ServiceException(
              ServiceException.Kind.UNAVAILABLE, false, name.shortForm() + ": " + e.getMessage());
      failed.initCause(e);
      throw failed;
    } catch (MalformedException e) {
      throw new ServiceException(
          ServiceException.Kind.FAILED, true, "the answer cannot be read: " + e.getMessage());
    }
  }

  private Reply made(JsonCalled called, CallOptions options) {
    return asker.isEmpty()
        ? caller.call(called, options)
        : CallContext.orNone().by(asker).around(() -> caller.call(called, options));
  }

  private static JsonReply reply(JsonCalled called, Reply reply) throws MalformedException {
    return switch (reply.answer()) {
      case InvokeAnswer.Returned(var value, var steps) -> {
        Schema schema = reply.host().schema();
        yield new JsonReply(
            new JsonOut(schema).result(called.method(), value),
            items(called, reply, schema),
            steps.map(each -> trace(reply, each)));
      }
      case InvokeAnswer.Threw(Bytes thrown) -> throw RemoteServiceException.decode(thrown);
      case InvokeAnswer.NotRun _ -> throw new IllegalStateException("no answer: " + reply);
    };
  }

  private static Optional<Iterator<String>> items(JsonCalled called, Reply reply, Schema schema) {
    Optional<TypeRef> item = called.method().resultStream();
    OutboundCall call = reply.call();
    if (item.isEmpty() || call == null) {
      return Optional.empty();
    }
    String name = reply.row().name().shortForm();
    ItemStream stream =
        new ItemStream(call, JsonCalled.items(schema, item.get()), name, call::cancel);
    return Optional.of(new Texts(stream));
  }

  /** The items as texts; closing it ends the stream. */
  private record Texts(ItemStream items) implements Iterator<String>, AutoCloseable {
    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public String next() {
      return String.valueOf(items.next());
    }

    @Override
    public void close() {
      items.close();
    }
  }

  private static CallTrace trace(Reply reply, InvokeAnswer.Steps steps) {
    Reply.Timing timing = reply.timing();
    long atHost = steps.unpackNanos() + steps.runNanos() + steps.packNanos();
    return new CallTrace(
        timing.requestBytes(),
        timing.packNanos(),
        timing.sentClock(),
        Math.max(0, timing.awayNanos() - atHost),
        steps.unpackNanos(),
        steps.receivedClock(),
        steps.runNanos(),
        reply.row().where(),
        steps.packNanos(),
        steps.sentClock(),
        timing.returnedClock());
  }
}
