package org.volvox.client.service;

import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Api;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.rpc.CallStream;
import org.volvox.rpc.marshal.StreamKind;

/**
 * Items that come from the other end of a call, as the program wants them: the sender is never more
 * than a window ahead of whoever takes them. Who wants no more closes it; one that nobody holds any
 * more is closed by itself.
 */
@Api
public final class ItemStream implements Iterator<@Nullable Object>, AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final CallStream from;
  private final Items.Codec codec;
  private final String source;
  private final Cleaner.Cleanable end;
  private Optional<Items.Received> next = Optional.empty();
  private boolean isOver;

  /** Items of a call; {@code source} is how messages name who sends them. */
  ItemStream(CallStream from, Items.Codec codec, String source, Runnable onClose) {
    this.from = from;
    this.codec = codec;
    this.source = source;
    AtomicBoolean isClosed = new AtomicBoolean();
    this.end =
        CLEANER.register(
            this,
            () -> {
              if (isClosed.compareAndSet(false, true)) {
                onClose.run();
              }
            });
  }

  /** As an object of this kind. */
  Object as(StreamKind kind) {
    return switch (kind) {
      case ITERATOR -> this;
      case STREAM -> stream();
      case PUBLISHER -> new Publisher(this);
      case NONE -> throw new IllegalArgumentException("no stream");
    };
  }

  private Stream<@Nullable Object> stream() {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, 0), false)
        .onClose(this::close);
  }

  /** Waits for an item or the end. */
  @Override
  public boolean hasNext() {
    if (next.isEmpty() && !isOver) {
      try {
        next = Items.receive(from, codec);
        isOver = next.isEmpty();
      } catch (CallException e) {
        isOver = true;
        throw CallFailures.of(e, source);
      } catch (MalformedException e) {
        close();
        throw new ServiceException(
            ServiceException.Kind.FAILED,
            true,
            source + ": an item cannot be read: " + e.getMessage());
      } catch (Items.FailedException e) {
        close();
        throw CallFailures.unchecked(e.reason());
      } catch (InterruptedException e) {
        close();
        throw CallFailures.interrupted();
      }
      if (isOver) {
        end.clean();
      }
    }
    return next.isPresent();
  }

  @Override
  public @Nullable Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the stream is over");
    }
    Items.Received received = next.orElseThrow();
    next = Optional.empty();
    return received.item();
  }

  /** Wants no more. */
  @Override
  public void close() {
    isOver = true;
    end.clean();
  }

  /** Gives the items to one subscriber, as many as it asks for. */
  private static final class Publisher implements Flow.Publisher<Object> {
    private final ItemStream items;
    private final AtomicBoolean isTaken = new AtomicBoolean();

    Publisher(ItemStream items) {
      this.items = items;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Object> subscriber) {
      Subscription subscription = new Subscription(items, subscriber);
      boolean isFirst = isTaken.compareAndSet(false, true);
      if (!isFirst) {
        subscription.cancelled.set(true);
      }
      subscriber.onSubscribe(subscription);
      if (isFirst) {
        Thread.ofVirtual().name("items").start(subscription::run);
      } else {
        subscriber.onError(new IllegalStateException("these items have a subscriber already"));
      }
    }
  }

  private static final class Subscription implements Flow.Subscription {
    private final ItemStream items;
    private final Flow.Subscriber<? super Object> subscriber;
    private final Semaphore wanted = new Semaphore(0);
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile boolean isNonsense;

    Subscription(ItemStream items, Flow.Subscriber<? super Object> subscriber) {
      this.items = items;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      if (count <= 0) {
        isNonsense = true;
      }
      int room = Integer.MAX_VALUE - wanted.availablePermits();
      wanted.release((int) Math.min(Math.max(1, count), Math.max(0, room)));
    }

    @Override
    public void cancel() {
      if (cancelled.compareAndSet(false, true)) {
        items.close();
        wanted.release();
      }
    }

    private void run() {
      try {
        while (!cancelled.get() && items.hasNext()) {
          wanted.acquire();
          if (isNonsense) {
            throw new IllegalArgumentException("at least one item is to be asked for (rule 3.9)");
          }
          if (!cancelled.get()) {
            subscriber.onNext(items.next());
          }
        }
        if (!cancelled.get()) {
          subscriber.onComplete();
        }
      } catch (RuntimeException failed) {
        items.close();
        if (!cancelled.get()) {
          subscriber.onError(failed);
        }
      } catch (InterruptedException stopped) {
        items.close();
        Thread.currentThread().interrupt();
      }
    }
  }
}
