package org.volvox.node.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.node.serve.CallRouter;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.Peer;

/** A call that watches, in memory, served by a thread of its own; the test plays the caller. */
public final class WatchCall implements InboundCall {
  private static final int UNREAD_MAX = 2;

  private final Method method;
  private final Bytes request;
  private final LinkedBlockingQueue<Bytes> toCaller = new LinkedBlockingQueue<>(UNREAD_MAX);
  private volatile boolean isGone;
  private volatile boolean isComplete;
  private final CompletableFuture<CallException> end = new CompletableFuture<>();

  WatchCall(ServiceWatch watch, Bytes request) {
    this(watch::serve, Method.WATCH_SERVICES, request);
  }

  public WatchCall(CallRouter.Service service, Method method, Bytes request) {
    this.method = method;
    this.request = request;
    Thread.ofVirtual()
        .start(() -> {
          try {
            service.serve(this);
          } catch (CallException e) {
            end.complete(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  WatchCall(ServiceWatch watch, String prefix, long seen) {
    this(watch, new ServiceMessage.Request(prefix, seen).encode());
  }

  /** The next update, whole. */
  ServiceMessage.Update hear() throws InterruptedException, MalformedException {
    return ServiceMessage.Update.decode(next());
  }

  /** What was sent next. */
  public Bytes next() throws InterruptedException {
    Bytes message = toCaller.poll(20, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("nothing was told for 20 s");
    }
    return message;
  }

  /** The next update that brings another version of the table than this. */
  ServiceMessage.Update hearAfter(long version) throws InterruptedException, MalformedException {
    ServiceMessage.Update update = hear();
    while (update.table() == version) {
      update = hear();
    }
    return update;
  }

  /** Why it ended. */
  public CallException end() throws Exception {
    return end.get(20, TimeUnit.SECONDS);
  }

  public boolean isComplete() {
    return isComplete;
  }

  public void hangUp() {
    isGone = true;
  }

  @Override
  public void send(Bytes message) throws CallException, InterruptedException {
    boolean isTaken = false;
    while (!isTaken) {
      if (isGone) {
        throw new CallException(CallStatus.CANCELLED, "the caller hung up");
      }
      isTaken = toCaller.offer(message, 5, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public Optional<Bytes> receive() {
    return request.isEmpty() ? Optional.empty() : Optional.of(request);
  }

  @Override
  public Method method() {
    return method;
  }

  @Override
  public Optional<EventStamp> openedBy() {
    return Optional.empty();
  }

  @Override
  public void complete() {
    isComplete = true;
  }

  @Override
  public void fail(CallStatus status, String text) {}

  @Override
  public Optional<CallStatus> ended() {
    return isGone ? Optional.of(CallStatus.CANCELLED) : Optional.empty();
  }

  @Override
  public void onCancel(Runnable action) {}

  @Override
  public Optional<Duration> remaining() {
    return Optional.empty();
  }

  @Override
  public Peer peer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean trySend(Bytes message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void listen(CallListener listener) {
    throw new UnsupportedOperationException();
  }
}
