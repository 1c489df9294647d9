package org.volvox.node.snapshot;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.Identity;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.Peer;

/** A call in memory with one request, whose connection a test may cut after some messages. */
public final class PipedCall implements OutboundCall {
  private final BlockingQueue<Item> answers = new ArrayBlockingQueue<>(4);
  private final BlockingQueue<Bytes> requests = new ArrayBlockingQueue<>(1);
  private final Served served;
  private volatile boolean over;
  private int left;

  /** What the callee sends, or how it ended. */
  private sealed interface Item {}

  private record Message(Bytes bytes) implements Item {}

  private record End(Optional<CallException> failure) implements Item {}

  /** What answers. */
  public interface Handler {
    void serve(InboundCall call) throws CallException, InterruptedException;
  }

  /**
   * @param cutAfter so many messages of the answer arrive, then the connection breaks
   */
  public PipedCall(Method method, NodeId caller, int cutAfter, Handler handler) {
    this.left = cutAfter;
    this.served = new Served(method, caller);
    Thread.ofVirtual()
        .start(() -> {
          try {
            handler.serve(served);
            served.complete();
          } catch (CallException e) {
            put(new End(Optional.of(e)));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void put(Item item) {
    try {
      while (!over && !answers.offer(item, 5, TimeUnit.MILLISECONDS)) {
        // Until the caller reads or goes.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void send(Bytes message) {
    requests.add(message);
  }

  @Override
  public Optional<Bytes> receive() throws CallException, InterruptedException {
    if (left-- == 0) {
      over = true;
      throw new CallException(CallStatus.UNAVAILABLE, "the connection is cut");
    }
    Item item = answers.poll(20, TimeUnit.SECONDS);
    return switch (item) {
      case Message(var bytes) -> Optional.of(bytes);
      case End(var failure) -> {
        if (failure.isPresent()) {
          throw failure.get();
        }
        yield Optional.empty();
      }
      case null -> throw new AssertionError("no answer for 20 s");
    };
  }

  @Override
  public void finish() {}

  @Override
  public void cancel() {
    over = true;
  }

  @Override
  public Bytes ask(Bytes request) {
    throw new UnsupportedOperationException();
  }

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
  public void listenOnce(CallListener first) {
    throw new UnsupportedOperationException("a call that is received from");
  }

  @Override
  public void listen(CallListener listener) {
    throw new UnsupportedOperationException();
  }

  /** The callee's end. */
  private final class Served implements InboundCall {
    private final Method method;
    private final NodeId caller;
    private boolean completed;

    Served(Method method, NodeId caller) {
      this.method = method;
      this.caller = caller;
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
      if (!completed) {
        completed = true;
        put(new End(Optional.empty()));
      }
    }

    @Override
    public void fail(CallStatus status, String text) {
      put(new End(Optional.of(new CallException(status, text))));
    }

    @Override
    public void onCancel(Runnable action) {}

    @Override
    public Optional<CallStatus> ended() {
      return Optional.empty();
    }

    @Override
    public Optional<Duration> remaining() {
      return Optional.of(Duration.ofSeconds(20));
    }

    @Override
    public Peer peer() {
      return new Peer(new Identity.Node(caller), 1, "in memory");
    }

    @Override
    public void send(Bytes message) throws CallException {
      if (over) {
        throw new CallException(CallStatus.CANCELLED, "the caller is gone");
      }
      put(new Message(message));
    }

    @Override
    public boolean trySend(Bytes message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      return Optional.ofNullable(requests.poll(20, TimeUnit.SECONDS));
    }

    @Override
    public void listen(CallListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
