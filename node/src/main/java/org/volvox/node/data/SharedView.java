package org.volvox.node.data;

import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.crdt.ReplicaView;

/** A view that ends when its owner has a newer one and the last reader has left. */
final class SharedView {
  private final ReplicaView view;

  /** The owner counts as one; at 0 it is over. */
  private final AtomicInteger readers = new AtomicInteger(1);

  SharedView(ReplicaView view) {
    this.view = view;
  }

  ReplicaView view() {
    return view;
  }

  /** Whether it may be read, until {@link #leave}; if not, there is a newer one. */
  boolean enter() {
    int now = readers.get();
    while (now > 0 && !readers.compareAndSet(now, now + 1)) {
      now = readers.get();
    }
    return now > 0;
  }

  void leave() {
    if (readers.decrementAndGet() == 0) {
      view.close();
    }
  }
}
