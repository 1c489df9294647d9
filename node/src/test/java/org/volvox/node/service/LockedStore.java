package org.volvox.node.service;

import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;

/** Gives snapshots to other threads than the one that commits, which holds the store's monitor. */
public final class LockedStore implements OrderedStore {
  private final MemoryStore store;

  public LockedStore(MemoryStore store) {
    this.store = store;
  }

  @Override
  public Snapshot snapshot() {
    synchronized (store) {
      return store.snapshot();
    }
  }

  @Override
  public Batch batch() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
