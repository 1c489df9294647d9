package org.volvox.client.service;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.ServiceName;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.Repeat;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.marshal.InterfaceCodec;
import org.volvox.rpc.marshal.MethodCodec;
import org.volvox.rpc.marshal.StreamKind;

/** What stands for an object elsewhere: calls of the interface's methods become requests. */
final class Stub implements InvocationHandler {
  private final ServiceName name;
  private final Class<?> type;
  private final ServiceCaller caller;
  private final CallOptions options;
  private final Map<Method, Plan> plans = new ConcurrentHashMap<>();

  /** Codecs by the digest of the instance's schema. */
  private final Map<Long, InterfaceCodec> codecs = new ConcurrentHashMap<>();

  /** What is known of a method without any instance. */
  private record Plan(
      Method method, Repeat repeat, boolean hasItems, boolean isStreaming, boolean isFuture) {}

  private Stub(ServiceName name, Class<?> type, ServiceCaller caller, CallOptions options) {
    this.name = name;
    this.type = type;
    this.caller = caller;
    this.options = options;
    // The caller's own interface: what it says of its methods counts here.
    for (MethodCodec each : InterfaceCodec.host(type, Services.MARKS).methods()) {
      plans.put(each.method(), plan(each));
    }
  }

  /**
   * A stub of this interface.
   *
   * @throws IllegalArgumentException if it cannot be one of a service
   */
  static <T> T of(ServiceName name, Class<T> type, ServiceCaller caller, CallOptions options) {
    Stub stub = new Stub(name, type, caller, options);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, stub));
  }

  private static Plan plan(MethodCodec method) {
    boolean hasItems = method.argumentStream() != StreamKind.NONE;
    boolean isStreaming = hasItems || method.resultStream() != StreamKind.NONE;
    Repeat repeat =
        hasItems
            ? Repeat.NEVER
            : method.definition().idempotent()
                ? Repeat.ANYWHERE
                : isStreaming ? Repeat.NEVER : Repeat.SAME;
    return new Plan(method.method(), repeat, hasItems, isStreaming, method.isFuture());
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Plan plan = plans.get(method);
    if (plan != null) {
      return plan.isFuture() ? later(plan, arguments) : now(plan, arguments);
    }
    if (method.isDefault()) {
      return callDefault(proxy, method, arguments);
    }
    return switch (method.getName()) {
      case "equals" -> arguments != null && isOf(arguments[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> name.shortForm() + " (" + type.getName() + ", elsewhere)";
      default -> throw new UnsupportedOperationException(method + " is no method of a service");
    };
  }

  /** Whether it is this stub's object. */
  private boolean isOf(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) == this;
  }

  /** Here, not at the service; the interface need not be public. */
  private static @Nullable Object callDefault(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Class<?> owner = method.getDeclaringClass();
    MethodHandle handle =
        MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
            .unreflectSpecial(method, owner)
            .bindTo(proxy);
    return arguments == null ? handle.invoke() : handle.invokeWithArguments(arguments);
  }

  private ServiceFuture later(Plan plan, @Nullable Object @Nullable [] arguments) {
    return ServiceFuture.start(text(plan), () -> now(plan, arguments));
  }

  private String text(Plan plan) {
    return name.shortForm() + "." + plan.method().getName();
  }

  private @Nullable Object now(Plan plan, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      Reply reply = caller.call(new Request(plan, arguments), options);
      return result(codec(plan, reply.host()), reply);
    } catch (ServiceException failed) {
      throw asDeclared(plan.method(), failed);
    }
  }

  private @Nullable Object result(MethodCodec codec, Reply reply) throws Throwable {
    try {
      return switch (reply.answer()) {
        case InvokeAnswer.Returned(var value, _) -> returned(codec, reply, value);
        case InvokeAnswer.Threw(var thrown) -> throw codec.decodeThrown(thrown);
        case InvokeAnswer.NotRun _ -> throw new IllegalStateException("no answer: " + reply);
      };
    } catch (MalformedException e) {
      throw new ServiceException(
          ServiceException.Kind.FAILED, true, "the answer cannot be read: " + e.getMessage());
    }
  }

  private static @Nullable Object returned(MethodCodec codec, Reply reply, Bytes value)
      throws MalformedException {
    OutboundCall call = reply.call();
    return call != null && codec.resultStream() != StreamKind.NONE
        ? new ItemStream(
                call, ItemCodecs.ofResults(codec), reply.row().name().shortForm(), call::cancel)
            .as(codec.resultStream())
        : codec.decodeResult(value);
  }

  /** A network's failure as the method says that it throws one. */
  private static Exception asDeclared(Method method, ServiceException failed) {
    boolean isRemote =
        Arrays.stream(method.getExceptionTypes())
            .anyMatch(type -> type.isAssignableFrom(RemoteException.class));
    return isRemote ? new RemoteException(failed.getMessage(), failed) : failed;
  }

  private MethodCodec codec(Plan plan, Called.Described host) {
    InterfaceCodec all = codecs.get(host.digest());
    if (all == null) {
      all = codecs.computeIfAbsent(host.digest(), _ -> InterfaceCodec.caller(type, host.schema()));
    }
    MethodCodec codec = all.of(plan.method());
    if (codec == null) {
      throw new IllegalStateException("no codec of " + plan.method());
    }
    codec
        .missing()
        .ifPresent(why -> {
          throw new ServiceException(
              ServiceException.Kind.UNSUPPORTED, false, name.shortForm() + ": " + why);
        });
    return codec;
  }

  /** One call of a method. */
  private final class Request implements Called {
    private final Plan plan;
    private final @Nullable Object @Nullable [] arguments;

    Request(Plan plan, @Nullable Object @Nullable [] arguments) {
      this.plan = plan;
      this.arguments = arguments;
    }

    @Override
    public ServiceName service() {
      return name;
    }

    @Override
    public String text() {
      return Stub.this.text(plan);
    }

    @Override
    public Repeat repeat() {
      return plan.repeat();
    }

    @Override
    public boolean isStreaming() {
      return plan.isStreaming();
    }

    @Override
    public boolean hasItems() {
      return plan.hasItems();
    }

    @Override
    public boolean wantsSteps() {
      return false;
    }

    @Override
    public Packed pack(Described host) {
      MethodCodec codec = codec(plan, host);
      return new Packed(codec.selector(), codec.encodeArguments(arguments));
    }

    @Override
    public void sendItems(OutboundCall call, Described host) {
      @Nullable Object[] all = arguments == null ? new Object[0] : arguments;
      ItemSender.start(call, all[all.length - 1], ItemCodecs.ofArguments(codec(plan, host)));
    }
  }
}
