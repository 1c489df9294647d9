package org.volvox.client.keys;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.KeyWatchMessage;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.Peer;

/** A call of one node to watch keys: a test gives what the node tells. */
final class FakeWatchCall implements OutboundCall {
  private final NodeId node;
  private final CompletableFuture<KeyWatchMessage.Request> request = new CompletableFuture<>();
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  /** What comes next. */
  private sealed interface Told {
    record Message(Bytes bytes) implements Told {}

    record End() implements Told {}

    record Failure(CallException why) implements Told {}
  }

  FakeWatchCall(NodeId node) {
    this.node = node;
  }

  NodeId node() {
    return node;
  }

  KeyWatchMessage.Request request() throws Exception {
    return request.get();
  }

  void tell(KeyWatchMessage.Update update) {
    told.add(new Told.Message(update.encode()));
  }

  void tell(Bytes bytes) {
    told.add(new Told.Message(bytes));
  }

  void end() {
    told.add(new Told.End());
  }

  void fail(CallStatus status) {
    told.add(new Told.Failure(new CallException(status, "it is " + status)));
  }

  boolean isClosed() {
    return closed.isDone();
  }

  /** Waits until the caller wants no more. */
  void awaitClosed() throws Exception {
    closed.get();
  }

  /** How many messages nobody has received. */
  int unreceived() {
    return told.size();
  }

  @Override
  public void send(Bytes message) {
    try {
      request.complete(KeyWatchMessage.Request.decode(message));
    } catch (MalformedException e) {
      request.completeExceptionally(e);
    }
  }

  @Override
  public void finish() {}

  @Override
  public Optional<Bytes> receive() throws CallException, InterruptedException {
    return switch (told.take()) {
      case Told.Message(Bytes bytes) -> Optional.of(bytes);
      case Told.End _ -> Optional.empty();
      case Told.Failure(CallException why) -> throw why;
    };
  }

  @Override
  public void cancel() {
    closed.complete(true);
    fail(CallStatus.CANCELLED);
  }

  @Override
  public Optional<Duration> remaining() {
    return Optional.empty();
  }

  @Override
  public Peer peer() {
    throw new UnsupportedOperationException("nobody asks who it is");
  }

  @Override
  public boolean trySend(Bytes message) {
    throw new UnsupportedOperationException("the request is sent");
  }

  @Override
  public void listen(CallListener listener) {
    throw new UnsupportedOperationException("it is received");
  }

  @Override
  public void listenOnce(CallListener first) {
    throw new UnsupportedOperationException("it is received");
  }

  @Override
  public Bytes ask(Bytes message) {
    throw new UnsupportedOperationException("it has no end");
  }
}
