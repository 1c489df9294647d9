package org.volvox.verify.bench;

import java.io.IOException;

/** A running cluster to which clients write durably; closing it ends its clients and processes. */
interface WriteSystem extends AutoCloseable {
  String name();

  /** What of its set-up bears on the figures: version, nodes, durability, security. */
  String conditions();

  /** A client with a key of its own; clients share three connections, one to each node. */
  Writer connect(int client) throws IOException, InterruptedException;

  @Override
  void close();

  /** One client; used by one thread at a time. It ends with its system. */
  interface Writer {
    /** Writes the value under the client's own key and returns when it is durable on a quorum. */
    void write() throws IOException, InterruptedException;
  }
}
