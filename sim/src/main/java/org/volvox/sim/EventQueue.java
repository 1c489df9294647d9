package org.volvox.sim;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Invariant;

/**
 * Virtual time and what is going to happen in it: a binary heap ordered by (time, order of
 * scheduling), so that a tie never depends on the heap's shape. Time moves only by {@link #next}.
 */
public final class EventQueue<E> {
  private final List<Item<E>> heap = new ArrayList<>();
  private int nowMicros;
  private int scheduled;

  private record Item<E>(int atMicros, int order, E event) {
    boolean isBefore(Item<E> other) {
      return atMicros != other.atMicros ? atMicros < other.atMicros : order < other.order;
    }
  }

  public int nowMicros() {
    return nowMicros;
  }

  public int size() {
    return heap.size();
  }

  public boolean isEmpty() {
    return heap.isEmpty();
  }

  /** The time of the next event; there must be one. */
  public int nextMicros() {
    Invariant.check(!heap.isEmpty(), "no next event");
    return heap.getFirst().atMicros;
  }

  /** Schedules for {@code atMicros}; what lies in the past happens now. */
  public void schedule(int atMicros, E event) {
    Item<E> item = new Item<>(Math.max(atMicros, nowMicros), scheduled++, event);
    heap.add(item);
    int at = heap.size() - 1;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!item.isBefore(heap.get(parent))) {
        break;
      }
      heap.set(at, heap.get(parent));
      at = parent;
    }
    heap.set(at, item);
  }

  /** Takes the next event and moves time to it. */
  public E next() {
    Invariant.check(!heap.isEmpty(), "no next event");
    Item<E> first = heap.getFirst();
    Item<E> last = heap.removeLast();
    if (!heap.isEmpty()) {
      siftDown(last);
    }
    nowMicros = first.atMicros;
    return first.event;
  }

  /** Moves time forward to where nothing happens before; for scenarios. */
  public void advanceTo(int micros) {
    Invariant.check(
        micros >= nowMicros && (heap.isEmpty() || micros <= nextMicros()),
        "time may not skip events");
    nowMicros = micros;
  }

  private void siftDown(Item<E> item) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heap.size()) {
        break;
      }
      if (child + 1 < heap.size() && heap.get(child + 1).isBefore(heap.get(child))) {
        child++;
      }
      if (!heap.get(child).isBefore(item)) {
        break;
      }
      heap.set(at, heap.get(child));
      at = child;
    }
    heap.set(at, item);
  }
}
