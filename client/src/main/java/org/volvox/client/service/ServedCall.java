package org.volvox.client.service;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.InvokeAnswer.NotRun;
import org.volvox.calls.service.InvokeRequest;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.marshal.MethodCodec;
import org.volvox.rpc.marshal.StreamKind;

/** One call of a method of a bound object, from its request to its answer. */
final class ServedCall {
  /** Leaves room for what is around a value. */
  private static final int VALUE_BYTES_MAX = ConnectionLimits.MESSAGE_BYTES_MAX - 1024;

  private final InboundCall call;
  private final InvokeRequest request;
  private final Bound bound;
  private final MethodCodec codec;
  private final Surroundings around;

  /** Where answers go, and the clock of this program. */
  interface Surroundings {
    LamportClock clock();

    /** The call's answer: to whoever waits for it, and to be kept if the call runs once only. */
    void answer(ServedCall call, InvokeAnswer answer);
  }

  private long receivedClock;
  private long unpackNanos;
  private long startNanos;

  ServedCall(
      InboundCall call,
      InvokeRequest request,
      Bound bound,
      MethodCodec codec,
      Surroundings around) {
    this.call = call;
    this.request = request;
    this.bound = bound;
    this.around = around;
    this.codec = codec;
  }

  InboundCall call() {
    return call;
  }

  InvokeRequest request() {
    return request;
  }

  /** Whether it must not run twice, and has one answer that can be kept. */
  boolean isOnce() {
    return !codec.definition().idempotent() && !isStreaming();
  }

  boolean isStreaming() {
    return codec.argumentStream() != StreamKind.NONE || codec.resultStream() != StreamKind.NONE;
  }

  boolean isBrief() {
    return codec.definition().brief() && !isStreaming();
  }

  /** Runs it on this thread, to its end unless it gives a future. */
  void run() {
    receivedClock = around.clock().time().ticks();
    long begin = System.nanoTime();
    @Nullable Object[] arguments;
    try {
      arguments = codec.decodeArguments(request.arguments());
    } catch (MalformedException e) {
      answer(
          new NotRun(
              NotRun.Reason.BAD_ARGUMENTS, bound.name().shortForm() + ": " + e.getMessage()));
      return;
    }
    startNanos = System.nanoTime();
    unpackNanos = startNanos - begin;
    Optional<ItemStream> incoming = incoming(arguments);
    try {
      context()
          .call(() -> {
            invoke(arguments);
            return "";
          });
    } catch (InterruptedException stopped) {
      call.fail(CallStatus.CANCELLED, "the call was given up");
    } catch (InvocationTargetException thrown) {
      threw(thrown.getCause() == null ? thrown : thrown.getCause());
    } catch (Exception failed) {
      threw(failed);
    } finally {
      if (codec.resultStream() == StreamKind.NONE && !codec.isFuture()) {
        incoming.ifPresent(ItemStream::close);
      }
    }
  }

  private Optional<ItemStream> incoming(@Nullable Object[] arguments) {
    if (codec.argumentStream() == StreamKind.NONE) {
      return Optional.empty();
    }
    ItemStream items = new ItemStream(call, ItemCodecs.ofArguments(codec), "the caller", () -> {});
    arguments[arguments.length - 1] = items.as(codec.argumentStream());
    return Optional.of(items);
  }

  private CallContext context() {
    return new CallContext(
        call.peer().principal(),
        request.onBehalfOf(),
        call.remaining().map(left -> new MonoTime(System.nanoTime()).plus(left)),
        request.trace().trace(),
        request.trace().span());
  }

  private void invoke(@Nullable Object[] arguments) throws Exception {
    Object result = codec.method().invoke(bound.target(), arguments);
    if (codec.resultStream() != StreamKind.NONE) {
      sendItems(result);
    } else if (codec.isFuture()) {
      awaitFuture(result);
    } else {
      returned(result);
    }
  }

  private void sendItems(@Nullable Object items) throws InterruptedException {
    try {
      call.send(new InvokeAnswer.Returned(Bytes.EMPTY, steps(0)).encode());
      Items.send(call, items, ItemCodecs.ofResults(codec));
      call.complete();
    } catch (CallException over) {
      call.fail(over.status(), String.valueOf(over.getMessage())); // Nobody reads on.
    }
  }

  private void awaitFuture(@Nullable Object result) {
    if (!(result instanceof CompletionStage<?> stage)) {
      threw(new NullPointerException(codec.method().getName() + " returned null, not a future"));
      return;
    }
    stage.whenComplete((value, failure) -> {
      if (failure == null) {
        returned(value);
      } else {
        boolean isWrapped = failure instanceof CompletionException;
        Throwable cause = failure.getCause();
        threw(isWrapped && cause != null ? cause : failure);
      }
    });
  }

  private void returned(@Nullable Object result) {
    long end = System.nanoTime();
    Bytes value;
    try {
      value = codec.encodeResult(result);
    } catch (IllegalArgumentException unfit) {
      threw(unfit);
      return;
    }
    if (value.length() > VALUE_BYTES_MAX) {
      threw(
          new IllegalStateException(
              "the result of "
                  + codec.method().getName()
                  + " has "
                  + value.length()
                  + " bytes, at most "
                  + VALUE_BYTES_MAX
                  + " go in one answer: give a stream (Iterator) of parts"));
      return;
    }
    answer(new InvokeAnswer.Returned(value, steps(end)));
  }

  private Optional<InvokeAnswer.Steps> steps(long endNanos) {
    if (!request.flags().wantsSteps()) {
      return Optional.empty();
    }
    long end = endNanos == 0 ? System.nanoTime() : endNanos;
    return Optional.of(
        new InvokeAnswer.Steps(
            unpackNanos,
            end - startNanos,
            System.nanoTime() - end,
            receivedClock,
            around.clock().time().ticks() + 1)); // The frame with the answer is the next event.
  }

  private void threw(Throwable thrown) {
    answer(new InvokeAnswer.Threw(codec.encodeThrown(thrown)));
  }

  private void answer(InvokeAnswer answer) {
    around.answer(this, answer);
  }
}
