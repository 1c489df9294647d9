package org.volvox.verify.bench;

import java.io.IOException;
import java.util.function.LongConsumer;

/** One key of one system, and watchers of it. */
interface FanoutSide {
  /**
   * Where the key is.
   *
   * @param revision of the whole system; a watch begins behind it
   * @param version how often the key was put
   */
  record Start(long revision, long version) {}

  String name();

  /** Puts the key once, to be called by any thread. */
  void put() throws IOException, InterruptedException;

  Start start() throws IOException, InterruptedException;

  /**
   * Opens a watcher; they share three connections.
   *
   * @param number of the watcher, from 0
   * @param from the first revision wanted
   * @param heard is told the version of each event, in their order
   */
  Runnable watch(int number, long from, LongConsumer heard)
      throws IOException, InterruptedException;
}
