package org.volvox.node.process;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.StreamMessage;
import org.volvox.rpc.InboundCall;

/** One attached caller and one program's streams, until both outputs have ended. */
final class AttachSession {
  /** Twice what a caller may send ahead of InputTaken: one that heeds it never meets this. */
  private static final int INPUT_QUEUED_BYTES_MAX = 512 << 10;

  private final InboundCall call;
  private final ProgramStreams streams;
  private final StreamMessage.Attach request;
  private final RetainedStream.Reader outputReader = new RetainedStream.Reader();
  private final RetainedStream.Reader errorReader = new RetainedStream.Reader();
  private final LinkedBlockingQueue<Bytes> inputs = new LinkedBlockingQueue<>();
  private final AtomicLong inputBytesQueued = new AtomicLong();

  AttachSession(InboundCall call, ProgramStreams streams, StreamMessage.Attach request) {
    this.call = call;
    this.streams = streams;
    this.request = request;
  }

  void serve(NodeId self) throws CallException, InterruptedException {
    if (!streams.come(request.outputOffset(), request.errorOffset())) {
      throw new CallException(
          CallStatus.FAILED,
          "output of process "
              + request.pid()
              + " is no longer kept: another reader took it, or none came for too long");
    }
    try {
      serveReader(self);
    } finally {
      streams.leave();
    }
  }

  private void serveReader(NodeId self) throws CallException, InterruptedException {
    call.onCancel(this::stop);
    send(new StreamMessage.Started(self));
    long inputOffset = streams.inputOffset();
    send(new StreamMessage.InputTaken(inputOffset));
    Thread receiver = Thread.ofVirtual().name("attach").start(this::receive);
    Thread feeder = Thread.ofVirtual().name("attach-in").start(() -> feed(inputOffset));
    Thread errors =
        Thread.ofVirtual()
            .name("attach-err")
            .start(() ->
                pump(
                    streams.error(),
                    request.errorOffset(),
                    errorReader,
                    StreamMessage.Errors::new));
    pump(streams.output(), request.outputOffset(), outputReader, StreamMessage.Output::new);
    errors.join();
    receiver.interrupt();
    feeder.interrupt();
  }

  private void pump(
      RetainedStream from,
      long first,
      RetainedStream.Reader reader,
      Function<Bytes, StreamMessage> as) {
    long offset = first;
    try {
      Optional<Bytes> bytes = from.read(offset, StreamFrames.BYTES_MAX, reader);
      while (bytes.isPresent()) {
        send(as.apply(bytes.get()));
        offset += bytes.get().length();
        bytes = from.read(offset, StreamFrames.BYTES_MAX, reader);
      }
    } catch (CallException e) {
      stop(); // The caller is gone; what it did not take is kept for its next attach.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Never waits for the program, so that Taken is heard however slowly the program reads. */
  private void receive() {
    try {
      Optional<Bytes> message = call.receive();
      while (message.isPresent()) {
        take(StreamMessage.decode(message.get()));
        message = call.receive();
      }
    } catch (CallException | MalformedException e) {
      call.fail(CallStatus.MALFORMED, "attach: " + e.getMessage());
      stop();
    } catch (InterruptedException e) {
      return; // The program has ended; what its caller says no longer matters.
    }
  }

  private void take(StreamMessage message) throws MalformedException {
    switch (message) {
      case StreamMessage.Input(var bytes) -> {
        if (inputBytesQueued.addAndGet(bytes.length()) > INPUT_QUEUED_BYTES_MAX) {
          throw new MalformedException(
              "input runs ahead of InputTaken by more than " + INPUT_QUEUED_BYTES_MAX + " bytes");
        }
        inputs.add(bytes);
      }
      case StreamMessage.Taken(var output, var error) -> {
        streams.output().take(output);
        streams.error().take(error);
      }
      case StreamMessage.Output _,
          StreamMessage.Errors _,
          StreamMessage.Started _,
          StreamMessage.Ended _,
          StreamMessage.InputTaken _ ->
          throw new MalformedException("a caller sent what only a node sends");
    }
  }

  private void feed(long first) {
    long offset = first;
    try {
      Bytes bytes = inputs.take();
      while (!bytes.isEmpty()) {
        streams.input(offset, bytes);
        offset += bytes.length();
        inputBytesQueued.addAndGet(-bytes.length());
        send(new StreamMessage.InputTaken(offset));
        bytes = inputs.take();
      }
      streams.endInput();
    } catch (CallException e) {
      stop(); // The caller is gone.
    } catch (IOException e) {
      return; // The program reads no more; what it wrote is still to be told.
    } catch (InterruptedException e) {
      return; // The program has ended; its input no longer matters.
    }
  }

  /** One sender at a time, as a call wants it. */
  private synchronized void send(StreamMessage message) throws CallException, InterruptedException {
    call.send(message.encode());
  }

  private void stop() {
    streams.output().stop(outputReader);
    streams.error().stop(errorReader);
  }
}
