package org.volvox.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What must be undone however the command ends, also by Ctrl-C: clusters of a demo, half-written
 * files. Main halts the process when a command is done, so the hooks are kept here and run both
 * ways, each once.
 */
public final class ShutdownHooks {
  private static final Deque<Runnable> HOOKS = new ArrayDeque<>();
  private static boolean registered;

  private ShutdownHooks() {}

  public static synchronized void add(Runnable hook) {
    if (!registered) {
      Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHooks::runAll, "undo"));
      registered = true;
    }
    HOOKS.push(hook);
  }

  public static synchronized void remove(Runnable hook) {
    HOOKS.remove(hook);
  }

  static int runBeforeHalt(int code) {
    runAll();
    return code;
  }

  private static void runAll() {
    for (Runnable hook = next(); hook != null; hook = next()) {
      hook.run();
    }
  }

  private static synchronized @org.jspecify.annotations.Nullable Runnable next() {
    return HOOKS.poll();
  }
}
