package org.volvox.node.service;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.SessionCall;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.kernel.ServiceTable;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.InboundCall;

/**
 * Serves those who watch services from this node's own state.
 *
 * <ol>
 *   <li>A watcher is never told a state older than the one it has seen, here or elsewhere.
 *   <li>Nothing waits in memory for a watcher: one that is behind is told later changes together.
 *   <li>Who applies the log waits for nobody here.
 * </ol>
 */
public final class ServiceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceWatch.class);

  /** Each costs a thread that waits. */
  private static final int WATCHERS_MAX = 1024;

  private static final Duration TICK = Duration.ofSeconds(1);

  /** A node that is further behind had better not be watched. */
  private static final Duration CATCH_UP_MAX = Duration.ofSeconds(3);

  /** Without a quorum what this node knows is still worth being told. */
  private static final Duration CURRENT_WITHIN = Duration.ofSeconds(1);

  private final NodeId self;
  private final Parts parts;
  private final Thread thread;
  private final Signal applied = new Signal();
  private final SeenServices seen = new SeenServices();
  private int watchers;
  private boolean isClosed;

  /**
   * What it stands on.
   *
   * @param age since when this node has heard of no leader that a quorum follows
   */
  public record Parts(OrderedStore store, Supplier<Duration> age, Current current) {}

  /** Waits until the store has all that was acknowledged before. */
  public interface Current {
    void await(Duration within) throws CallException, InterruptedException;
  }

  public ServiceWatch(NodeId self, Parts parts, Consumer<String> onFailure) {
    this.self = self;
    this.parts = parts;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name(self + "-services")
            .unstarted(() -> {
              try {
                follow();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException | Error e) {
                LOG.error("{} failed", Thread.currentThread().getName(), e);
                onFailure.accept("services: " + e);
              }
            });
  }

  public void start() {
    thread.start();
  }

  /** Commands of these ranges were applied; never waits. */
  public void applied(Set<Integer> ranges) {
    if (ranges.contains(ServiceCall.RANGE) || ranges.contains(SessionCall.RANGE)) {
      applied.wake();
    }
  }

  private void follow() throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      var _ = applied.await(TICK);
      synchronized (this) {
        if (watchers > 0) {
          look();
        }
      }
    }
  }

  private synchronized void look() {
    try (OrderedStore.Snapshot state = parts.store().snapshot()) {
      long version = ServiceTable.version(state);
      if (version > seen.version()) {
        seen.look(version, visitor -> ServiceTable.visit(state, visitor));
        notifyAll();
      }
    }
  }

  /** Serves one watcher until it goes. */
  public void serve(InboundCall call) throws CallException, InterruptedException {
    ServiceMessage.Request request = request(call);
    enter();
    try {
      long told = request.seen();
      if (told == ServiceMessage.NOTHING_SEEN) {
        awaitCurrent();
      } else {
        catchUp(told);
      }
      look();
      ServiceMessage.Update update = first(request.prefix(), told);
      while (true) {
        for (ServiceMessage.Update part : update.parts()) {
          call.send(part.encode()); // An empty one too: that is how one that has gone is noticed.
        }
        told = update.table();
        awaitAbove(told, TICK);
        update = since(request.prefix(), told);
      }
    } finally {
      leave();
    }
  }

  private synchronized void enter() throws CallException {
    if (isClosed) {
      throw new CallException(CallStatus.UNAVAILABLE, self + " is being stopped");
    }
    if (watchers >= WATCHERS_MAX) {
      throw new CallException(
          CallStatus.BUSY,
          self + ": " + watchers + " programs watch services here, at most " + WATCHERS_MAX);
    }
    watchers++;
  }

  private synchronized void leave() {
    watchers--;
  }

  private void awaitCurrent() throws InterruptedException {
    try {
      parts.current().await(CURRENT_WITHIN);
    } catch (CallException e) {
      LOG.debug("a watcher is told what may be old: {}", e.getMessage());
    }
  }

  private void catchUp(long version) throws CallException, InterruptedException {
    look();
    if (!awaitAbove(version - 1, CATCH_UP_MAX)) {
      throw new CallException(
          CallStatus.UNAVAILABLE, self + " is behind what this watcher has seen of services");
    }
  }

  /**
   * All that there is, unless the watcher knows it. The changes since would not do: what came and
   * went between two looks here, a watcher of another node may have seen come.
   */
  private synchronized ServiceMessage.Update first(String prefix, long told) {
    return since(prefix, told == seen.version() ? told : ServiceMessage.NOTHING_SEEN);
  }

  private synchronized ServiceMessage.Update since(String prefix, long told) {
    return seen.since(prefix, told, parts.age().get());
  }

  /** Waits for a version of the table above this one; false if the time is over before. */
  private synchronized boolean awaitAbove(long version, Duration within)
      throws CallException, InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (seen.version() <= version) {
      long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (isClosed) {
        throw new CallException(CallStatus.UNAVAILABLE, self + " is being stopped");
      }
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private static ServiceMessage.Request request(InboundCall call)
      throws CallException, InterruptedException {
    Optional<Bytes> request = call.receive();
    if (request.isEmpty()) {
      throw new CallException(CallStatus.MALFORMED, "no request was sent");
    }
    try {
      return ServiceMessage.Request.decode(request.get());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  /** Ends all watchers' calls, which go on at other nodes. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    thread.interrupt();
  }
}
