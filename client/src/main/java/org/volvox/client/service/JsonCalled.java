package org.volvox.client.service;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.ServiceName;
import org.volvox.calls.schema.JsonIn;
import org.volvox.calls.schema.JsonOut;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.Thrown;
import org.volvox.calls.schema.TypeRef;
import org.volvox.calls.service.Repeat;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.marshal.RemoteServiceException;

/** A call in JSON as what it is to an instance whose schema is known. */
final class JsonCalled implements Called {
  private final ServiceName name;
  private final JsonCall call;
  private final MethodDef method;

  /** A method of the schema that the arguments fit. */
  JsonCalled(ServiceName name, JsonCall call, Schema schema) {
    this.name = name;
    this.call = call;
    this.method = choose(schema).method();
    if (call.items().isPresent() && method.argumentStream().isEmpty()) {
      throw unsupported(method.name() + " takes no stream: " + method.text());
    }
  }

  private record Chosen(MethodDef method, Bytes arguments) {}

  /** The one method that is meant and that the arguments fit. */
  private Chosen choose(Schema schema) {
    List<MethodDef> named = schema.meant(call.method());
    if (named.isEmpty()) {
      throw unsupported(
          "no method "
              + call.method()
              + "; it has: "
              + String.join("; ", schema.methods().stream().map(MethodDef::text).toList()));
    }
    List<Chosen> fitting = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (MethodDef each : named) {
      try {
        fitting.add(new Chosen(each, arguments(each, schema)));
      } catch (MalformedException e) {
        wrong.add(String.valueOf(e.getMessage()));
      }
    }
    return switch (fitting.size()) {
      case 0 -> throw unsupported(String.join("; ", wrong));
      case 1 -> fitting.getFirst();
      default -> throw ambiguous(fitting);
    };
  }

  private ServiceException ambiguous(List<Chosen> fitting) {
    List<String> candidates =
        fitting.stream()
            .map(each -> each.method().selectedName() + " is " + each.method().text())
            .toList();
    return unsupported(
        call.method()
            + " is ambiguous, the arguments fit "
            + fitting.size()
            + " methods; name one: "
            + String.join("; ", candidates));
  }

  private Bytes arguments(MethodDef each, Schema schema) throws MalformedException {
    JsonIn in = new JsonIn(schema);
    return switch (call.arguments()) {
      case JsonCall.Arguments.Array(var json) -> in.arguments(each, json);
      case JsonCall.Arguments.Words(var words) -> in.arguments(each, words);
    };
  }

  private ServiceException unsupported(String why) {
    return new ServiceException(
        ServiceException.Kind.UNSUPPORTED, false, name.shortForm() + ": " + why);
  }

  @Override
  public ServiceName service() {
    return name;
  }

  @Override
  public String text() {
    return name.shortForm() + "." + call.method();
  }

  @Override
  public Repeat repeat() {
    if (hasItems() || (method.resultStream().isPresent() && !method.idempotent())) {
      return Repeat.NEVER;
    }
    return method.idempotent() ? Repeat.ANYWHERE : Repeat.SAME;
  }

  @Override
  public boolean isStreaming() {
    return hasItems() || method.resultStream().isPresent();
  }

  @Override
  public boolean hasItems() {
    return method.argumentStream().isPresent();
  }

  @Override
  public boolean wantsSteps() {
    return call.wantsTrace();
  }

  @Override
  public Packed pack(Described host) {
    Chosen chosen = choose(host.schema());
    return new Packed(chosen.method().selector(), chosen.arguments());
  }

  @Override
  public void sendItems(OutboundCall to, Described host) {
    Iterator<String> items = call.items().orElseGet(() -> List.<String>of().iterator());
    ItemSender.start(to, items, items(host.schema(), method.argumentStream().orElseThrow()));
  }

  /** The method as it was called. */
  MethodDef method() {
    return method;
  }

  /** Items as JSON texts. */
  static Items.Codec items(Schema schema, TypeRef item) {
    return new Items.Codec() {
      @Override
      public Bytes encode(@Nullable Object text) {
        try {
          return new JsonIn(schema).value(item, String.valueOf(text));
        } catch (MalformedException e) {
          throw new IllegalArgumentException("an item: " + e.getMessage(), e);
        }
      }

      @Override
      public Object decode(Bytes bytes) throws MalformedException {
        return new JsonOut(schema).value(item, bytes);
      }

      @Override
      public Bytes encodeFailure(Throwable failure) {
        Thrown.Link link =
            new Thrown.Link(
                failure.getClass().getName(),
                List.of(),
                Optional.ofNullable(failure.getMessage()),
                List.of(),
                0);
        return new Thrown(List.of(link)).encode();
      }

      @Override
      public Throwable decodeFailure(Bytes bytes) throws MalformedException {
        return RemoteServiceException.decode(bytes);
      }
    };
  }
}
