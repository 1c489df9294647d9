package org.volvox.gateways.http;

/** Whoever serves HTTP tells by this that a client has gone while it waits. */
@FunctionalInterface
public interface Presence {
  /** What is to be done then; it is not done once this is closed. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Does this when a client has gone, at once if it has.
   *
   * @param port the client's, as the request has it
   */
  Watch onGone(int port, Runnable then);
}
