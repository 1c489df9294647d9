package org.volvox.node.data;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;

/** A store that keeps what was flushed, and whose disk can be held up or broken. */
final class GatedStore implements OrderedStore {
  /** So many flushes may go on; as good as all of them while nobody holds the disk up. */
  private static final int OPEN = 1 << 29;

  final AtomicInteger flushes = new AtomicInteger();

  /** Flushes that have begun. */
  final AtomicInteger begun = new AtomicInteger();

  private final MemoryStore store;
  private final Semaphore gate = new Semaphore(OPEN);
  private volatile String broken = "";

  GatedStore(MemoryStore store) {
    this.store = store;
  }

  /** What a crash leaves; nobody may use this one any more. */
  GatedStore afterCrash() {
    return new GatedStore(store.afterCrash());
  }

  /** Flushes wait from now on. */
  void hold() {
    gate.drainPermits();
  }

  void release() {
    gate.release(OPEN);
  }

  void fail(String why) {
    broken = why;
  }

  @Override
  public Batch batch() {
    return store.batch();
  }

  @Override
  public Snapshot snapshot() {
    return store.snapshot();
  }

  @Override
  public void flush() {
    begun.incrementAndGet();
    gate.acquireUninterruptibly();
    if (!broken.isEmpty()) {
      throw new IllegalStateException(broken);
    }
    store.flush();
    flushes.incrementAndGet();
  }

  @Override
  public void close() {
    // What was not flushed is lost, as by a crash.
  }
}
