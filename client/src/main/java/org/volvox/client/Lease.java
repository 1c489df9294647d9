package org.volvox.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.Status;

/**
 * What this program has bound, in a session that lives only seconds without it. If the cluster
 * ended the session all the same, as after a long stall, all is bound again in a new one.
 *
 * <ol>
 *   <li>One command at a time, so that each says that those before it are over: one whose outcome
 *       is unknown takes no effect any more once the next one has.
 *   <li>What a caller was told has failed is not bound for long.
 * </ol>
 */
final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /**
   * How long things take.
   *
   * @param ttl how long the session lives without a renewal
   * @param renewEvery so often that one which is lost costs nothing
   * @param closeMax how long the end waits for who waits for an answer
   */
  record Times(Duration ttl, Duration renewEvery, Duration closeMax) {
    static final Times USUAL =
        new Times(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  private final ServiceLink link;
  private final Times times;
  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<InstanceId, Bound> bound = new TreeMap<>();

  /** Maybe bound, though their callers were told that it failed. */
  private final TreeSet<InstanceId> orphans = new TreeSet<>();

  /** Bound by right, but not in the session that there is now. */
  private final TreeSet<InstanceId> missing = new TreeSet<>();

  private Optional<SessionId> session = Optional.empty();
  private long seq;
  private Optional<Thread> keeper = Optional.empty();

  private record Bound(ServiceCall.Bind row, ServiceCall.Health health) {}

  Lease(ServiceLink link, Times times) {
    this.link = link;
    this.times = times;
  }

  void bind(ServiceCall.Bind row) throws VolvoxException, InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      ServiceCall.Health health =
          Optional.ofNullable(bound.get(row.instance()))
              .map(Bound::health)
              .orElseGet(() -> new ServiceCall.Health(row.instance(), true, ""));
      bound.put(row.instance(), new Bound(row, health));
      orphans.remove(row.instance());
      missing.add(row.instance());
      boolean isDone = false;
      try {
        inSession(() -> enter(row.instance()));
        isDone = true;
      } finally {
        if (!isDone) {
          forget(row.instance());
        }
      }
      keep();
    } finally {
      lock.unlock();
    }
  }

  void unbind(InstanceId instance) throws VolvoxException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (bound.containsKey(instance)) {
        forget(instance);
        removeOrphans();
      }
    } finally {
      lock.unlock();
    }
  }

  void health(InstanceId instance, boolean healthy, String text)
      throws VolvoxException, InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      Bound before = bound.get(instance);
      if (before == null) {
        throw VolvoxException.of(
            VolvoxException.Kind.FAILED, "instance " + instance + " is not bound here", "");
      }
      ServiceCall.Health health = new ServiceCall.Health(instance, healthy, text);
      bound.put(instance, new Bound(before.row(), health));
      inSession(() -> {
        if (missing.contains(instance)) {
          enter(instance);
        } else {
          send(health);
        }
      });
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() throws VolvoxException {
    if (closing.getCount() == 0) {
      throw VolvoxException.of(VolvoxException.Kind.FAILED, "the directory is closed", "");
    }
  }

  /** Something done by commands of the session. */
  private interface Work {
    void run() throws VolvoxException, InterruptedException;
  }

  /** Does it again in a new session if the one that there was has ended. */
  private void inSession(Work work) throws VolvoxException, InterruptedException {
    begin();
    try {
      work.run();
    } catch (VolvoxException e) {
      if (!e.is(Status.SESSION_EXPIRED)) {
        throw e;
      }
      begin();
      work.run();
    }
  }

  /** Begins a session if there is none. */
  private void begin() throws VolvoxException, InterruptedException {
    if (session.isEmpty()) {
      session = Optional.of(link.register(times.ttl(), link.label() + ": services").session());
      seq = 0;
      missing.addAll(bound.keySet());
    }
  }

  private void send(Call call) throws VolvoxException, InterruptedException {
    seq++;
    try {
      link.command(new RequestId(session.orElseThrow(), seq), call);
    } catch (VolvoxException e) {
      if (e.is(Status.SESSION_EXPIRED)) {
        session = Optional.empty();
      }
      throw e;
    }
  }

  private void enter(InstanceId instance) throws VolvoxException, InterruptedException {
    Bound each = bound.get(instance);
    if (each != null) {
      send(each.row());
      if (!each.health().healthy()) {
        send(each.health());
      }
    }
    missing.remove(instance);
  }

  private void forget(InstanceId instance) {
    bound.remove(instance);
    missing.remove(instance);
    orphans.add(instance); // Until it surely is gone.
  }

  private void removeOrphans() throws VolvoxException, InterruptedException {
    for (InstanceId each : List.copyOf(orphans)) {
      if (session.isPresent()) {
        try {
          send(new ServiceCall.Unbind(each));
        } catch (VolvoxException e) {
          // There is none, or it is another's: what was asked for is so.
          if (!e.is(Status.NOT_FOUND)
              && !e.is(Status.NOT_PERMITTED)
              && !e.is(Status.SESSION_EXPIRED)) {
            throw e;
          }
        }
      }
      orphans.remove(each);
    }
  }

  /** Begins to renew the session. */
  private void keep() {
    if (keeper.isEmpty()) {
      keeper = Optional.of(Thread.ofVirtual().name("lease of services").start(this::renewAll));
    }
  }

  private void renewAll() {
    try {
      while (!closing.await(times.renewEvery().toNanos(), TimeUnit.NANOSECONDS)) {
        renewOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Renews the session, or begins another, and enters what is missing in it; or leaves all to the
   * next.
   */
  void renewOnce() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      renew();
    } finally {
      lock.unlock();
    }
  }

  private void renew() throws InterruptedException {
    try {
      inSession(() -> send(new SessionCall.KeepAlive()));
      removeOrphans();
      for (InstanceId each : List.copyOf(missing)) {
        enter(each);
      }
    } catch (VolvoxException e) {
      LOG.debug("the next renewal tries again: {}", e.getMessage());
    }
  }

  /** Ends the session, and with it all that is bound. */
  @Override
  public void close() {
    closing.countDown();
    keeper.ifPresent(Thread::interrupt);
    try {
      // Who waits for an answer in there waits long when no node answers; the session expires then.
      if (lock.tryLock(times.closeMax().toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          end();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() throws InterruptedException {
    if (session.isPresent()) {
      link.end(new RequestId(session.get(), seq + 1));
      session = Optional.empty();
    }
    bound.clear();
  }
}
