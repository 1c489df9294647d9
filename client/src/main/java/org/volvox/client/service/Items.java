package org.volvox.client.service;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.rpc.CallStream;

/**
 * A stream of items in a call: each a message of u8 0 and the item, the last may be u8 1 and the
 * exception that ended the stream. Whoever sends waits while the receiver is behind.
 */
final class Items {
  private static final int ITEM = 0;
  private static final int FAILURE = 1;

  private Items() {}

  /** Between items and bytes. */
  interface Codec {
    Bytes encode(@Nullable Object item);

    @Nullable Object decode(Bytes bytes) throws MalformedException;

    Bytes encodeFailure(Throwable failure);

    Throwable decodeFailure(Bytes bytes) throws MalformedException;
  }

  /** What a stream that failed threw, at its other end. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Throwable reason;

    FailedException(Throwable reason) {
      super(reason);
      this.reason = reason;
    }

    Throwable reason() {
      return reason;
    }
  }

  /** Sends all items of an Iterator, a Stream or a Publisher; returns at its end or failure. */
  static void send(CallStream to, @Nullable Object source, Codec codec)
      throws CallException, InterruptedException {
    try {
      switch (source) {
        case Iterator<?> items -> sendEach(to, items, codec);
        case Stream<?> items -> {
          try (items) {
            sendEach(to, items.iterator(), codec);
          }
        }
        case Flow.Publisher<?> items -> Sender.send(to, items, codec);
        case null -> throw new NullPointerException("null instead of a stream");
        default -> throw new IllegalArgumentException("no stream: " + source.getClass().getName());
      }
    } catch (SourceException failed) {
      to.send(message(FAILURE, codec.encodeFailure(failed.reason())));
    } catch (RuntimeException failed) {
      to.send(message(FAILURE, codec.encodeFailure(failed)));
    }
  }

  private static void sendEach(CallStream to, Iterator<?> items, Codec codec)
      throws CallException, InterruptedException {
    while (items.hasNext()) {
      to.send(message(ITEM, codec.encode(items.next())));
    }
  }

  private static Bytes message(int kind, Bytes body) {
    return new ByteWriter(1 + body.length()).u8(kind).raw(body).toBytes();
  }

  /** The next item; empty at the end, or holding null for a null item. */
  static Optional<Received> receive(CallStream from, Codec codec)
      throws CallException, InterruptedException, MalformedException, FailedException {
    Optional<Bytes> message = from.receive();
    if (message.isEmpty()) {
      return Optional.empty();
    }
    Bytes bytes = message.get();
    if (bytes.length() == 0) {
      throw new MalformedException("an item of a stream without its kind");
    }
    Bytes body = bytes.slice(1, bytes.length());
    return switch (bytes.at(0)) {
      case ITEM -> Optional.of(new Received(codec.decode(body)));
      case FAILURE -> throw new FailedException(codec.decodeFailure(body));
      default -> throw new MalformedException("an item of a stream of kind " + bytes.at(0));
    };
  }

  /** An item, which may be null. */
  record Received(@Nullable Object item) {}

  /** The publisher's own failure, as opposed to the call's. */
  private static final class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Throwable reason;

    SourceException(Throwable reason) {
      super(reason);
      this.reason = reason;
    }

    Throwable reason() {
      return reason;
    }
  }

  /** Sends what a publisher gives, one item at a time on its way from the publisher. */
  private static final class Sender implements Flow.Subscriber<Object> {
    private final CallStream to;
    private final Codec codec;
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<Flow.@Nullable Subscription> source = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Sender(CallStream to, Codec codec) {
      this.to = to;
      this.codec = codec;
    }

    static void send(CallStream to, Flow.Publisher<?> items, Codec codec)
        throws CallException, InterruptedException {
      Sender sender = new Sender(to, codec);
      items.subscribe(sender);
      try {
        sender.done.await();
      } catch (InterruptedException stopped) {
        sender.cancel();
        throw stopped;
      }
      switch (sender.failure.get()) {
        case null -> {}
        case CallException broken -> throw broken;
        case InterruptedException stopped -> throw stopped;
        case Throwable failed -> throw new SourceException(failed);
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      source.set(subscription);
      subscription.request(1);
    }

    @Override
    public void onNext(@Nullable Object item) {
      try {
        to.send(message(ITEM, codec.encode(item)));
      } catch (CallException | RuntimeException failed) {
        cancel();
        onError(failed);
        return;
      } catch (InterruptedException stopped) {
        cancel();
        onError(stopped);
        Thread.currentThread().interrupt();
        return;
      }
      Flow.Subscription from = source.get();
      if (from != null) {
        from.request(1);
      }
    }

    @Override
    public void onError(Throwable failed) {
      failure.compareAndSet(null, failed);
      done.countDown();
    }

    @Override
    public void onComplete() {
      done.countDown();
    }

    private void cancel() {
      Flow.Subscription from = source.get();
      if (from != null) {
        from.cancel();
      }
    }
  }
}
