package org.volvox.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataCopyMessage.Request;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.Peer;

/** A call of one node for its data: a test says what is answered. */
final class FakeCopyCall implements OutboundCall {
  private final Answering answering;
  private Answer answer = new Answer(new ArrayDeque<>(), Optional.empty());

  /** What a node answers. */
  interface Answering {
    Answer answer(Request request) throws CallException;
  }

  /**
   * @param breaks how it ends behind the messages, if not well
   */
  record Answer(ArrayDeque<Bytes> messages, Optional<CallStatus> breaks) {}

  FakeCopyCall(Answering answering) {
    this.answering = answering;
  }

  @Override
  public void send(Bytes message) throws CallException {
    try {
      answer = answering.answer(Request.decode(message));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void finish() {}

  @Override
  public Optional<Bytes> receive() throws CallException {
    if (answer.messages().isEmpty() && answer.breaks().isPresent()) {
      throw new CallException(answer.breaks().get(), "it breaks");
    }
    return Optional.ofNullable(answer.messages().poll());
  }

  @Override
  public Bytes ask(Bytes request) throws CallException {
    send(request);
    return receive().orElseThrow();
  }

  @Override
  public void cancel() {}

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
}
