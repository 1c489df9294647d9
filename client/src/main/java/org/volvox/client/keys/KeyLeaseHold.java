package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/**
 * A lease that is renewed while it is held (Gray and Cheriton 1989). Thread-safe.
 *
 * <ol>
 *   <li>It counts as lost once its whole life has passed since the last renewal that succeeded was
 *       <em>sent</em>: the cluster cannot have begun it earlier, so the cluster ends it no sooner.
 *   <li>That is by two clocks that need not agree on the time, only run about equally fast, and a
 *       program can be stopped between a look and an act. What must never be done by two at a time
 *       carries a token: {@link KeyLock.Hold#stillHeld}.
 * </ol>
 */
@Api
public final class KeyLeaseHold implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyLeaseHold.class);

  /** So often in its life it is renewed: two that are lost cost nothing. */
  private static final int RENEWALS_IN_A_LIFE = 3;

  /** An end that takes longer is waited for by nobody. */
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  /** Who waits for its loss; more are a mistake. */
  private static final int LISTENERS_MAX = 1000;

  private final KeyLink link;
  private final LongSupplier nanoTime;
  private final long id;
  private final Duration ttl;
  private final CountDownLatch over = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> listeners = new ArrayList<>();
  private long sentNanos;
  private boolean isLost;
  private boolean isClosed;

  private KeyLeaseHold(KeyLink link, LongSupplier nanoTime, long sentNanos, KeyLease granted) {
    this.link = link;
    this.nanoTime = nanoTime;
    this.sentNanos = sentNanos;
    this.id = granted.id();
    this.ttl = Duration.ofMillis(granted.ttlMillis());
  }

  static KeyLeaseHold begin(ConsistentSpace space, Duration ttl)
      throws VolvoxException, InterruptedException {
    KeyLeaseHold hold = granted(space, ttl, System::nanoTime);
    hold.keep();
    return hold;
  }

  /** One that nobody renews yet. */
  static KeyLeaseHold granted(ConsistentSpace space, Duration ttl, LongSupplier nanoTime)
      throws VolvoxException, InterruptedException {
    long sent = nanoTime.getAsLong();
    Bytes body = space.link().commandBeside(new KeyCall.Grant(space.id(), ttl.toMillis()));
    KeyLease granted = KeyErrors.decode(body, KeyLease::decode);
    return new KeyLeaseHold(space.link(), nanoTime, sent, granted);
  }

  private void keep() {
    Thread.ofVirtual().name("lease " + id).start(() -> until(this::renewAll));
    Thread.ofVirtual().name("end of lease " + id).start(() -> until(this::awaitLoss));
  }

  /** Something that waits. */
  private interface Waiting {
    void run() throws InterruptedException;
  }

  private static void until(Waiting work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renewAll() throws InterruptedException {
    Duration span = ttl.dividedBy(RENEWALS_IN_A_LIFE);
    while (!over.await(span.toNanos(), TimeUnit.NANOSECONDS) && !link.isClosed()) {
      renewOnce();
    }
  }

  /** Renews it, or leaves that to the next time. */
  void renewOnce() throws InterruptedException {
    long sent = nanoTime.getAsLong();
    try {
      var _ = link.commandBeside(new KeyCall.Renew(id));
      lock.lock();
      try {
        // An answer that comes after the end says only that the cluster had not looked yet.
        if (!isLost && isAlive()) {
          sentNanos = sent;
        }
      } finally {
        lock.unlock();
      }
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) {
        lose();
      } else {
        LOG.debug("lease {}: the next renewal tries again: {}", id, e.getMessage());
      }
    }
  }

  /** A blocked renewal must not hide the end. */
  private void awaitLoss() throws InterruptedException {
    while (!over.await(Math.max(1, left().toNanos()), TimeUnit.NANOSECONDS)) {
      loseIfOver();
    }
  }

  /** Looks whether its life is over. */
  void loseIfOver() {
    if (left().isZero()) {
      lose();
    }
  }

  private void lose() {
    List<Runnable> told;
    lock.lock();
    try {
      if (isLost || isClosed) {
        return;
      }
      isLost = true;
      told = List.copyOf(listeners);
      listeners.clear();
    } finally {
      lock.unlock();
    }
    over.countDown();
    told.forEach(Runnable::run);
  }

  private boolean isAlive() {
    return nanoTime.getAsLong() - sentNanos < ttl.toNanos();
  }

  public long id() {
    return id;
  }

  public Duration ttl() {
    return ttl;
  }

  /** Whether it was surely there when this was asked. */
  public boolean isHeld() {
    lock.lock();
    try {
      return !isLost && !isClosed && isAlive();
    } finally {
      lock.unlock();
    }
  }

  /** How long it is surely there without another renewal; zero once it is not. */
  public Duration left() {
    lock.lock();
    try {
      long left = ttl.toNanos() - (nanoTime.getAsLong() - sentNanos);
      return isLost || isClosed || left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has this run once, by a thread of the lease, when it is lost; at once if it is. Not when it is
   * closed.
   */
  public void onLost(Runnable action) {
    boolean now;
    lock.lock();
    try {
      now = isLost;
      if (!isLost && listeners.size() == LISTENERS_MAX) {
        throw new IllegalStateException(LISTENERS_MAX + " listeners of one lease");
      }
      if (!isLost) {
        listeners.add(action);
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      action.run();
    }
  }

  /** Fails unless it is held. */
  void require(String what) throws VolvoxException {
    if (!isHeld()) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          what + ": its lease " + id + " ended, so another may have it",
          "Begin again. A longer life endures longer stalls: it had " + ttl.toMillis() + " ms.");
    }
  }

  /**
   * Ends it, and its keys with it; waits a moment for that. If no node answers, the cluster ends it
   * by itself within its life.
   */
  @Override
  public void close() {
    boolean isThere;
    lock.lock();
    try {
      isThere = !isClosed && !isLost;
      isClosed = true;
    } finally {
      lock.unlock();
    }
    over.countDown();
    if (isThere && !link.isClosed()) {
      close(Thread.ofVirtual().name("close of lease " + id).start(this::revoke));
    }
  }

  /** Goes on by itself if it takes long: whoever closes has other things to do. */
  private void close(Thread revoking) {
    try {
      var _ = revoking.join(CLOSE_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void revoke() {
    try {
      var _ = link.commandBeside(new KeyCall.Revoke(id));
    } catch (VolvoxException e) {
      LOG.debug("lease {} ends by itself: {}", id, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
