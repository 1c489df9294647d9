package org.volvox.base.machine;

import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;

/**
 * A batch that keeps what was read and written until it is committed. Commands that are applied
 * together read and write the same few rows over and over (counters, a session, a directory); each
 * such row then meets the store once for the batch, and not once for each command. For whoever
 * applies a log; it owns the batch below. What it holds is bounded by what the commands of one
 * batch touch.
 */
public final class BufferedBatch implements OrderedStore.Batch {
  private final OrderedStore.Batch below;
  private final TreeMap<Bytes, Slot> slots = new TreeMap<>();
  private final TreeMap<Bytes, Slot> dirty = new TreeMap<>();

  /** What a key has now, if anything. */
  private record Slot(Optional<Bytes> value) {}

  private static final Slot ABSENT = new Slot(Optional.empty());

  public BufferedBatch(OrderedStore.Batch below) {
    this.below = below;
  }

  @Override
  public Optional<Bytes> get(Bytes key) {
    Slot known = slots.get(key);
    if (known != null) {
      return known.value();
    }
    Optional<Bytes> value = below.get(key);
    slots.put(key, new Slot(value));
    return value;
  }

  @Override
  public void scan(
      Bytes from, Bytes to, OrderedStore.Direction direction, OrderedStore.Visitor visitor) {
    writeOut();
    below.scan(from, to, direction, visitor);
  }

  @Override
  public void put(Bytes key, Bytes value) {
    write(key, new Slot(Optional.of(value)));
  }

  @Override
  public void delete(Bytes key) {
    write(key, ABSENT);
  }

  @Override
  public void commit() {
    writeOut();
    below.commit();
    slots.clear();
  }

  @Override
  public void close() {
    below.close();
  }

  private void write(Bytes key, Slot slot) {
    slots.put(key, slot);
    dirty.put(key, slot);
  }

  private void writeOut() {
    dirty.forEach((key, slot) ->
        slot.value().ifPresentOrElse(value -> below.put(key, value), () -> below.delete(key)));
    dirty.clear();
  }
}
