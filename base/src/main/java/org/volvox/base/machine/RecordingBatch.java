package org.volvox.base.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.OrderedStore;

/**
 * A batch that remembers which keys were changed through it. For state machines; whoever made the
 * batch below commits and closes that one.
 */
public final class RecordingBatch implements OrderedStore.Batch {
  private final OrderedStore.Batch below;
  private final List<Bytes> changed = new ArrayList<>();

  public RecordingBatch(OrderedStore.Batch below) {
    this.below = below;
  }

  /** The keys that were put or deleted, in order, each once. */
  public List<Bytes> changed() {
    return List.copyOf(new TreeSet<>(changed));
  }

  @Override
  public Optional<Bytes> get(Bytes key) {
    return below.get(key);
  }

  @Override
  public void scan(
      Bytes from, Bytes to, OrderedStore.Direction direction, OrderedStore.Visitor visitor) {
    below.scan(from, to, direction, visitor);
  }

  @Override
  public void put(Bytes key, Bytes value) {
    changed.add(key);
    below.put(key, value);
  }

  @Override
  public void delete(Bytes key) {
    changed.add(key);
    below.delete(key);
  }

  @Override
  public void commit() {
    throw Invariant.broken("a state machine commits nothing itself");
  }

  @Override
  public void close() {
    throw Invariant.broken("a state machine closes no batch that it was given");
  }
}
