package org.volvox.verify.bench;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The cluster as {@link FailoverLoad} sees it, through the system's own client library. */
interface FailoverTarget extends AutoCloseable {
  /** What one client does; closing it gives up what is on its way. */
  interface Client extends AutoCloseable {
    /** Begins a write with a deadline of its own; fails if it was not acknowledged by then. */
    CompletableFuture<?> write();

    @Override
    void close();
  }

  /** A client that enters through this member only. */
  Client at(int member) throws IOException;

  /** A client that may enter anywhere, and begins with this member. */
  Client from(int member) throws IOException;

  /** The leader that all members follow, if all answer and have about the same log; else 0. */
  int leader() throws InterruptedException;

  @Override
  void close();
}
