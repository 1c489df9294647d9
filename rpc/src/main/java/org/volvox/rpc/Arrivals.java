package org.volvox.rpc;

import java.util.ArrayDeque;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.calls.ConnectionLimits;

/** What arrived of a call and nobody took yet, and what was taken and not acknowledged yet. */
final class Arrivals {
  /** Small messages are acknowledged together; far below the window, so that it never runs dry. */
  private static final int CONSUMED_BYTES_WORTH = ConnectionLimits.WINDOW_BYTES / 8;

  private final ArrayDeque<Arrived> waiting = new ArrayDeque<>();
  private int consumed;

  /** A message, and what it took of the window. */
  record Arrived(Bytes message, int bytes) {}

  void add(Bytes message, int bytes) {
    waiting.add(new Arrived(message, bytes));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  Arrived removeFirst() {
    return waiting.removeFirst();
  }

  List<Arrived> removeAll() {
    List<Arrived> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Somebody took so many bytes; how many to acknowledge now, 0 for none. */
  int consume(int bytes) {
    consumed += bytes;
    if (consumed < CONSUMED_BYTES_WORTH) {
      return 0;
    }
    int acknowledged = consumed;
    consumed = 0;
    return acknowledged;
  }
}
