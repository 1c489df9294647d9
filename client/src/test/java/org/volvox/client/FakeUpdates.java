package org.volvox.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.Peer;

/** A call of one node to watch services: a test gives what the node tells. */
final class FakeUpdates implements OutboundCall {
  private final NodeId node;
  private final CompletableFuture<ServiceMessage.Request> request = new CompletableFuture<>();
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  /** What comes next. */
  private sealed interface Told {
    record Message(Bytes bytes) implements Told {}

    record End() implements Told {}

    record Failure(CallException why) implements Told {}
  }

  FakeUpdates(NodeId node) {
    this.node = node;
  }

  NodeId node() {
    return node;
  }

  /** The version that the caller says it has. */
  long seen() throws Exception {
    return request.get().seen();
  }

  void tell(ServiceMessage.Update update) {
    tell(update.encode());
  }

  void tell(Bytes bytes) {
    told.add(new Told.Message(bytes));
  }

  void end() {
    told.add(new Told.End());
  }

  void fail(CallException why) {
    told.add(new Told.Failure(why));
  }

  /** Waits until the caller wants no more. */
  void awaitClosed() throws Exception {
    closed.get();
  }

  @Override
  public void send(Bytes message) {
    try {
      request.complete(ServiceMessage.Request.decode(message));
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
