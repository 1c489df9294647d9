package org.volvox.verify.bench;

import java.io.IOException;

/** A running cluster to which clients write durably; closing it ends its processes. */
interface WriteSystem extends AutoCloseable {
  String name();

  /** What of its set-up bears on the figures: version, nodes, durability, security. */
  String conditions();

  /** A client with a connection of its own; clients are spread over the nodes by their number. */
  Writer connect(int client) throws IOException, InterruptedException;

  @Override
  void close();

  /** One client; used by one thread. */
  interface Writer extends AutoCloseable {
    /** Writes the value under the client's own key and returns when it is durable on a quorum. */
    void write() throws IOException, InterruptedException;

    @Override
    void close();
  }
}
