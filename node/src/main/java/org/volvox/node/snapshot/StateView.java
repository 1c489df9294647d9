package org.volvox.node.snapshot;

import org.volvox.base.OrderedStore;
import org.volvox.storage.StateStore;

/** A node's state as {@link SnapshotService} serves it. */
public record StateView(StateStore store) implements SnapshotService.State {
  @Override
  public OrderedStore.Snapshot snapshot() {
    return store.snapshot();
  }

  @Override
  public long estimatedBytes() {
    return store.estimatedBytes();
  }
}
