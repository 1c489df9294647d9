package org.volvox.rpc;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets one thread answer many calls at once: each connection is woken once, when all is submitted,
 * and not for each answer. What goes out leaves in fewer packets, and waking a sleeping event loop
 * is a system call.
 */
public final class Together {
  private static final ScopedValue<List<FrameHandler>> WAITING = ScopedValue.newInstance();

  private Together() {}

  /**
   * Runs it, and then wakes the connections for which it submitted something; it must not block.
   */
  public static void run(Runnable answers) {
    List<FrameHandler> waiting = new ArrayList<>();
    try {
      ScopedValue.where(WAITING, waiting).run(answers);
    } finally {
      waiting.forEach(FrameHandler::schedule);
    }
  }

  /** Whether the connection is woken later. */
  static boolean takes(FrameHandler connection) {
    return WAITING.isBound() && WAITING.get().add(connection);
  }
}
