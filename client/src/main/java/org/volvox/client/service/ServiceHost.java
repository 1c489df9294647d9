package org.volvox.client.service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.InvokeAnswer.NotRun;
import org.volvox.calls.service.InvokeRequest;
import org.volvox.rpc.HostServer;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.marshal.MethodCodec;

/**
 * Serves the objects that this program has bound: finds the object and the method of a call, and
 * runs it, at most once where the method does not say that twice is as good. Brief methods run on
 * the connection's thread, others on a virtual thread each.
 */
final class ServiceHost implements HostServer.Handler, ServedCall.Surroundings, AutoCloseable {
  static final int DESCRIBE_VERSION = 1;

  /** Calls that run at a time; what comes above that is refused as busy. */
  private static final int RUNNING_MAX = 10_000;

  private final Map<InstanceId, Bound> bound = new ConcurrentHashMap<>();
  private final Semaphore room = new Semaphore(RUNNING_MAX);
  private final OnceCalls once = new OnceCalls();
  private final LamportClock clock;
  private final HostServer server;

  /** Where to listen. */
  record Listen(InetSocketAddress address, Optional<Path> unixSocket) {}

  ServiceHost(Credentials credentials, LamportClock clock, Listen listen)
      throws IOException, CallException {
    this.clock = clock;
    this.server =
        HostServer.start(
            new HostServer.Config(
                credentials.self(),
                credentials.tls(),
                listen.address(),
                listen.unixSocket(),
                this));
  }

  /** Where callers find it. */
  List<String> endpoints() {
    List<String> all = new ArrayList<>();
    server.unixSocket().ifPresent(path -> all.add(new Endpoint.Unix(path).toString()));
    all.add(Endpoint.Tls.of(server.address()).toString());
    return all;
  }

  void add(Bound object) {
    bound.put(object.instance(), object);
  }

  void remove(InstanceId instance) {
    bound.remove(instance);
  }

  boolean isEmpty() {
    return bound.isEmpty();
  }

  int openCalls() {
    return server.openCalls();
  }

  int keptAnswers() {
    return once.kept();
  }

  @Override
  public LamportClock clock() {
    return clock;
  }

  @Override
  public void onRequest(InboundCall call, Bytes request) {
    try {
      switch (call.method()) {
        case INVOKE -> onInvoke(call, InvokeRequest.decode(request));
        case DESCRIBE -> onDescribe(call, request);
        default ->
            call.fail(CallStatus.UNKNOWN_METHOD, "a program serves calls of its services only");
      }
    } catch (MalformedException e) {
      call.fail(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private void onDescribe(InboundCall call, Bytes request) throws MalformedException {
    ByteReader in = new ByteReader(request);
    int version = in.u8();
    if (version != DESCRIBE_VERSION) {
      throw new MalformedException("description of version " + version);
    }
    Bound object = bound.get(InstanceId.decode(in));
    in.end();
    if (object == null) {
      call.fail(CallStatus.NOT_FOUND, "no such instance of a service here");
    } else {
      boolean ignored = call.tryAnswer(object.codec().schema().encode());
    }
  }

  /** Asks for the schema of an instance. */
  static Bytes describe(InstanceId instance) {
    ByteWriter out = new ByteWriter(17).u8(DESCRIBE_VERSION);
    return out.u64(instance.high()).u64(instance.low()).toBytes();
  }

  private void onInvoke(InboundCall call, InvokeRequest request) {
    Bound object = bound.get(request.target());
    if (object == null) {
      refuse(call, NotRun.Reason.UNKNOWN_INSTANCE, "no such instance of a service here");
      return;
    }
    @Nullable MethodCodec method = object.codec().of(request.selector()).orElse(null);
    if (method == null) {
      refuse(call, NotRun.Reason.UNKNOWN_METHOD, noMethod(object));
      return;
    }
    ServedCall served = new ServedCall(call, request, object, method, this);
    if (!served.isOnce() || once.begin(call, request)) {
      run(served, object);
    }
  }

  private void run(ServedCall served, Bound object) {
    if (served.isBrief()) {
      served.run();
    } else if (room.tryAcquire()) {
      Thread thread =
          object
              .threads()
              .newThread(() -> {
                try {
                  served.run();
                } finally {
                  room.release();
                }
              });
      served.call().onCancel(() -> interrupt(served, thread));
      thread.start();
    } else {
      answer(served, new NotRun(NotRun.Reason.BUSY, RUNNING_MAX + " calls run here"));
    }
  }

  /** A caller whose connection broke comes again for the answer of what runs once only. */
  private static void interrupt(ServedCall served, Thread thread) {
    boolean comesAgain =
        served.isOnce() && served.call().ended().filter(CallStatus.UNAVAILABLE::equals).isPresent();
    if (!comesAgain) {
      thread.interrupt();
    }
  }

  private static String noMethod(Bound object) {
    return object.name().shortForm()
        + " has no such method; it has: "
        + object.codec().schema().methods().stream()
            .map(MethodDef::text)
            .collect(Collectors.joining("; "));
  }

  private static void refuse(InboundCall call, NotRun.Reason reason, String text) {
    boolean ignored = call.tryAnswer(new NotRun(reason, text).encode());
  }

  @Override
  public void answer(ServedCall served, InvokeAnswer answer) {
    Bytes bytes = answer.encode();
    boolean ignored = served.call().tryAnswer(bytes); // The caller may be gone.
    if (served.isOnce()) {
      once.complete(served.request().key(), answer, bytes);
    }
  }

  /** Waits for what runs, at most so long, and then ends all connections. */
  void drain(Duration patience) throws InterruptedException {
    server.drain(patience);
  }

  @Override
  public void close() {
    once.close();
    server.close();
  }
}
