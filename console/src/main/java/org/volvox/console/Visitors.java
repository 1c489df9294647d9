package org.volvox.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells of visitors that go away while they wait for an answer. A visitor has gone when it closes
 * its connection or its side of it, as with other servers of HTTP: over TCP the two look alike.
 */
public final class Visitors {
  /** By the port from which their requests are passed on. */
  private final Map<Integer, Visitor> byPort = new ConcurrentHashMap<>();

  /** What is to be done when a visitor has gone; it is not done once this is closed. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Who waits at one connection. */
  static final class Visitor {
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean isGone;

    /** Nothing more comes from it. */
    synchronized void gone() {
      isGone = true;
      waiting.forEach(Runnable::run);
      waiting.clear();
    }

    private synchronized Watch watch(Runnable then) {
      if (isGone) {
        then.run();
        return () -> {};
      }
      waiting.add(then);
      return () -> forget(then);
    }

    private synchronized void forget(Runnable then) {
      waiting.remove(then);
    }
  }

  Visitor come(int port) {
    Visitor visitor = new Visitor();
    byPort.put(port, visitor);
    return visitor;
  }

  void leave(int port, Visitor visitor) {
    byPort.remove(port, visitor);
  }

  /**
   * Does this when the visitor has gone, at once if it has; nothing for one that did not come
   * through here. What is done must be short.
   *
   * @param port from which its request was passed on
   */
  public Watch onGone(int port, Runnable then) {
    Visitor visitor = byPort.get(port);
    return visitor == null ? () -> {} : visitor.watch(then);
  }
}
