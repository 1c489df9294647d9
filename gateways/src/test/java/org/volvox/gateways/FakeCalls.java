package org.volvox.gateways;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.schema.FieldDef;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeDef;
import org.volvox.calls.schema.TypeRef;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.JsonReply;
import org.volvox.client.service.ServiceException;

/** One service, Arith, of whose calls a test decides what comes back. */
public final class FakeCalls implements ServiceCalls {
  private static final TypeRef INT = TypeRef.Simple.INT;

  public static final Schema ARITH =
      new Schema(
          "org.example.Arith",
          List.of(
              method("multiply", INT, param("a", INT), param("b", INT)),
              method("half", INT, param("a", INT)),
              method("area", INT, param("rect", new TypeRef.Named("Rect"))),
              method("sum", INT, param("items", new TypeRef.ListOf(INT))),
              method("reset", TypeRef.Simple.VOID),
              method("count", new TypeRef.StreamOf(INT), param("to", INT))),
          List.of(
              new TypeDef.RecordDef(
                  "Rect", List.of(new FieldDef("w", INT), new FieldDef("h", INT)))));

  private static final ServiceRow ROW =
      new ServiceRow(
          ServiceName.of("Arith"),
          new InstanceId(1, 2),
          SessionId.NONE,
          "alice",
          ARITH.type(),
          ARITH.digest(),
          List.of(),
          true,
          "",
          0,
          "pid 7");

  private final List<String> made = new CopyOnWriteArrayList<>();
  private final List<String> askers = new CopyOnWriteArrayList<>();
  private volatile Answering answering = call -> value("null");

  /** What comes back. */
  public interface Answering {
    JsonReply answer(JsonCall call) throws IOException, InterruptedException;
  }

  private static MethodDef method(String name, TypeRef result, ParamDef... parameters) {
    return new MethodDef(name, List.of(parameters), result, false, false, List.of());
  }

  private static ParamDef param(String name, TypeRef type) {
    return new ParamDef(name, type);
  }

  public static JsonReply value(String json) {
    return new JsonReply(json, Optional.empty(), Optional.empty());
  }

  public void answer(Answering next) {
    answering = next;
  }

  /** The calls so far, such as {@code Arith.multiply[7,8] within PT30S}. */
  public List<String> made() {
    return made;
  }

  /** For whom they were. */
  public List<String> askers() {
    return askers;
  }

  @Override
  public List<ServiceRow> list(String prefix) {
    return ROW.name().path().startsWith(prefix) ? List.of(ROW) : List.of();
  }

  @Override
  public Schema describe(String service, CallOptions options) {
    if (!service.equals("Arith")) {
      throw new ServiceException(
          ServiceException.Kind.UNAVAILABLE, false, "nobody is bound to " + service);
    }
    return ARITH;
  }

  @Override
  public JsonReply call(String asker, JsonCall call, CallOptions options)
      throws IOException, InterruptedException {
    String arguments =
        call.arguments() instanceof JsonCall.Arguments.Array(String json) ? json : "";
    askers.add(asker);
    made.add(call.service() + "." + call.method() + arguments + " within " + options.timeout());
    describe(call.service(), options);
    if (ARITH.meant(call.method()).isEmpty()) {
      throw new ServiceException(ServiceException.Kind.UNSUPPORTED, false, "no " + call.method());
    }
    return answering.answer(call);
  }
}
