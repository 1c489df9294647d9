package org.volvox.node.process;

import java.io.IOException;
import java.util.Optional;
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
  private final InboundCall call;
  private final ProgramStreams streams;
  private final StreamMessage.Attach request;
  private final RetainedStream.Reader outputReader = new RetainedStream.Reader();
  private final RetainedStream.Reader errorReader = new RetainedStream.Reader();

  AttachSession(InboundCall call, ProgramStreams streams, StreamMessage.Attach request) {
    this.call = call;
    this.streams = streams;
    this.request = request;
  }

  void serve(NodeId self) throws CallException, InterruptedException {
    if (!streams.output().keeps(request.outputOffset())
        || !streams.error().keeps(request.errorOffset())) {
      throw new CallException(
          CallStatus.FAILED, "output of process " + request.pid() + " was taken by another reader");
    }
    call.onCancel(this::stop);
    send(new StreamMessage.Started(self));
    long inputOffset = streams.inputOffset();
    send(new StreamMessage.InputTaken(inputOffset));
    Thread input = Thread.ofVirtual().name("attach-in").start(() -> receive(inputOffset));
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
    input.interrupt();
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

  private void receive(long inputOffset) {
    long offset = inputOffset;
    try {
      Optional<Bytes> message = call.receive();
      while (message.isPresent()) {
        offset = take(StreamMessage.decode(message.get()), offset);
        message = call.receive();
      }
      streams.endInput();
    } catch (CallException | MalformedException | IOException e) {
      stop();
    } catch (InterruptedException e) {
      return; // The program has ended; its input no longer matters.
    }
  }

  private long take(StreamMessage message, long offset)
      throws IOException, CallException, InterruptedException, MalformedException {
    return switch (message) {
      case StreamMessage.Input(var bytes) -> {
        streams.input(offset, bytes);
        send(new StreamMessage.InputTaken(offset + bytes.length()));
        yield offset + bytes.length();
      }
      case StreamMessage.Taken(var output, var error) -> {
        streams.output().take(output);
        streams.error().take(error);
        yield offset;
      }
      case StreamMessage.Output _,
          StreamMessage.Errors _,
          StreamMessage.Started _,
          StreamMessage.Ended _,
          StreamMessage.InputTaken _ ->
          throw new MalformedException("a caller of ATTACH sent what only a node sends");
    };
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
