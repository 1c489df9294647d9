package org.volvox.node.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.StreamMessage;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.Peer;

/** Both ends of an ATTACH call in memory: the service's, and the caller that the test plays. */
final class AttachedCall implements InboundCall {
  private static final int UNREAD_MAX = 4;

  private final LinkedBlockingQueue<Bytes> toService = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Bytes> toCaller = new LinkedBlockingQueue<>(UNREAD_MAX);
  private volatile Runnable onCancel = () -> {};
  private volatile boolean cancelled;
  volatile String failure = "";

  /** The caller says something. */
  void say(Bytes message) {
    toService.add(message);
  }

  /** What the service said next. */
  StreamMessage hear() throws InterruptedException, MalformedException {
    Bytes message = toCaller.poll(20, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("the service said nothing for 20 s; failure: " + failure);
    }
    return StreamMessage.decode(message);
  }

  /** The caller goes away. */
  void hangUp() {
    cancelled = true;
    onCancel.run();
    toCaller.clear();
  }

  @Override
  public Optional<EventStamp> openedBy() {
    return Optional.empty();
  }

  @Override
  public Method method() {
    return Method.ATTACH;
  }

  @Override
  public void complete() {}

  @Override
  public void fail(CallStatus status, String text) {
    failure = status + " " + text;
  }

  @Override
  public void onCancel(Runnable action) {
    onCancel = action;
  }

  @Override
  public Optional<CallStatus> ended() {
    return cancelled ? Optional.of(CallStatus.CANCELLED) : Optional.empty();
  }

  @Override
  public Optional<Duration> remaining() {
    return Optional.empty();
  }

  @Override
  public Peer peer() {
    throw new IllegalStateException("nobody asks who attaches");
  }

  @Override
  public void send(Bytes message) throws CallException, InterruptedException {
    while (!toCaller.offer(message, 50, TimeUnit.MILLISECONDS)) {
      requireCaller();
    }
    requireCaller();
  }

  @Override
  public boolean trySend(Bytes message) {
    return toCaller.offer(message);
  }

  @Override
  public Optional<Bytes> receive() throws CallException, InterruptedException {
    return Optional.of(toService.take());
  }

  @Override
  public void listen(CallListener listener) {
    throw new IllegalStateException("attach does not listen");
  }

  private void requireCaller() throws CallException {
    if (cancelled) {
      throw new CallException(CallStatus.CANCELLED, "the caller hung up");
    }
  }
}
