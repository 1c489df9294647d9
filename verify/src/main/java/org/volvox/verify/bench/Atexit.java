package org.volvox.verify.bench;

/** What is done when the bench is interrupted before it came to it; closed, it is forgotten. */
final class Atexit implements AutoCloseable {
  private final Thread hook;

  Atexit(Runnable action) {
    hook = new Thread(action, "atexit");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is on its way out: the hook runs, and what it ends has ended already.
    }
  }
}
